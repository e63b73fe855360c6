//! What is no condition, and what is said of it.

use super::super::Condition;

#[test]
fn what_is_no_condition_is_refused_with_its_place() {
    for (text, offset, message) in [
        ("", 0, "ends where a value is expected"),
        ("   ", 3, "ends where a value is expected"),
        ("$statusCode ==", 14, "ends where a value is expected"),
        ("== 200", 0, "expected a value, not `=`"),
        ("$statusCode = 200", 12, "equality is `==`"),
        (
            "$statusCode === 200",
            12,
            "there is no operator `===`: `==`",
        ),
        ("$statusCode !== 200", 12, "`!=`"),
        ("$statusCode 200", 12, "expected an operator, not `2`"),
        ("$statusCode == 200 and true", 19, "`&&`"),
        ("$statusCode == 200 or true", 19, "`||`"),
        ("$statusCode == 200 & true", 19, "doubled"),
        ("not true", 0, "`!`"),
        ("$statusCode == OK", 15, "single quotes"),
        ("$inputs.a == undefined", 13, "`null`"),
        ("$inputs.a == None", 13, "`null`"),
        ("$inputs.a == True", 13, "did you mean `true`?"),
        ("$inputs.a == NULL", 13, "did you mean `null`?"),
        ("$inputs.a == 'x", 13, "this ' is not closed"),
        ("$inputs.a == \"x'", 13, "this \" is not closed"),
        ("$inputs.a == '{$input.b}'", 13, "did you mean `$inputs`?"),
        ("$inputs.a == 01", 13, "`01` is no number"),
        ("$inputs.a == 1.", 13, "`1.` is no number"),
        ("$inputs.a == +1", 13, "`+1` is no number"),
        ("$inputs.a == 12px", 13, "`12px` is no number"),
        ("1 == 2 == 3", 7, "comparisons cannot follow"),
        ("1 < 2 < 3", 6, "comparisons cannot follow"),
        ("(true", 0, "this bracket is not closed"),
        ("{true", 0, "this bracket is not closed"),
        ("(true}", 5, "expected an operator, not `}`"),
        ("true)", 4, "expected an operator, not `)`"),
        ("true &&", 7, "ends where a value is expected"),
        ("&& true", 0, "expected a value, not `&`"),
        ("$response.headers.X == 1", 10, "did you mean `header`?"),
        (
            "true && $response.headers.X == 1",
            18,
            "did you mean `header`?",
        ),
        ("{$response.headers.X} == 1", 11, "did you mean `header`?"),
        ("$message.payload == 1", 0, "AsyncAPI"),
        ("$inputs. == 1", 8, "the name of an input is missing"),
        ("$response.body#a == 1", 15, "it starts with `/`"),
        ("$response.body[x] == 1", 15, "from 0"),
        ("('a'). == 1", 5, "the name of a member is missing"),
        ("('a')[ == 1", 5, "not closed"),
        ("$.items[0]", 0, "`type: jsonpath`"),
        ("$[?@.id == 1]", 0, "`type: jsonpath`"),
        ("é", 0, "`é` is no value"),
        ("$inputs.a == ✓", 13, "expected a value, not `✓`"),
    ] {
        let error = Condition::parse(text).expect_err(text);
        assert_eq!(error.offset, offset, "{text}: {error}");
        assert!(error.to_string().contains(message), "{text}: {error}");
    }
}

#[test]
fn deep_nesting_is_refused() {
    for (open, close) in [("(", ")"), ("{", "}"), ("!", "")] {
        let nested = |depth: usize| format!("{}true{}", open.repeat(depth), close.repeat(depth));
        assert!(Condition::parse(&nested(60)).is_ok());
        let error = Condition::parse(&nested(100_000)).unwrap_err();
        assert!(error.message.contains("nests deeper"), "{error}");
    }
    let long = vec!["1 == 1"; 20_000].join(" && ");
    assert!(Condition::parse(&long).is_ok());
}

#[test]
fn conditions_are_written_in_one_form() {
    for (text, expected) in [
        ("$statusCode==200", "$statusCode == 200"),
        ("{$statusCode == 200}", "$statusCode == 200"),
        ("{$statusCode} == 200", "$statusCode == 200"),
        ("{$response.body#/a b}=='x'", "{$response.body#/a b} == 'x'"),
        ("((true)||false)&&!(1<2)", "(true || false) && !(1 < 2)"),
        ("\"it's\" == 'x'", "'it''s' == 'x'"),
        (
            "({$response.body}).a['b c'][0]",
            "{$response.body}.a['b c'][0]",
        ),
        ("'a {$inputs.b} c' != null", "'a {$inputs.b} c' != null"),
    ] {
        assert_eq!(Condition::parse(text).unwrap().to_string(), expected);
    }
}
