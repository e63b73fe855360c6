//! What simple conditions are in the example scope.

use super::super::super::example::Example;
use super::super::super::{Criterion, ExpressionType, Scope};
use crate::http::Response;

/// How a condition is judged.
enum Expected {
    /// It holds, and there is nothing to say.
    Holds,
    /// It does not, and there is nothing to say.
    Fails,
    /// It holds with one note.
    HoldsNoted(&'static str),
    /// It does not, with one note.
    FailsNoted(&'static str),
    /// It cannot be evaluated.
    Error(&'static str),
}
use Expected::{Error, Fails, FailsNoted, Holds, HoldsNoted};

fn judge(scope: &Scope<'_>, rows: &[(&str, Expected)]) {
    for (text, expected) in rows {
        let criterion = Criterion::new(text, &ExpressionType::Simple, None)
            .unwrap_or_else(|error| panic!("{text}: {error}"));
        let judged = criterion.judge(scope);
        let notes: Vec<String> = judged.notes.iter().map(ToString::to_string).collect();
        let is_noted = |part: &str| matches!(&*notes, [note] if note.contains(part));
        let is_right = match expected {
            Holds => judged.holds && notes.is_empty(),
            Fails => !judged.holds && notes.is_empty() && judged.error.is_none(),
            HoldsNoted(note) => judged.holds && is_noted(note),
            FailsNoted(note) => !judged.holds && is_noted(note) && judged.error.is_none(),
            Error(why) => {
                !judged.holds
                    && judged
                        .error
                        .as_ref()
                        .is_some_and(|error| error.contains(why))
            }
        };
        assert!(is_right, "{text}: {judged:?}");
    }
}

#[test]
fn values_are_compared() {
    judge(
        &Example::new().scope(),
        &[
            ("$statusCode == 201", Holds),
            ("$statusCode==201", Holds),
            ("  $statusCode  ==  201  ", Holds),
            ("201 == $statusCode", Holds),
            ("$statusCode == 201.0", Holds),
            ("$statusCode == 2010e-1", Holds),
            ("$statusCode == 200", Fails),
            ("$statusCode != 200", Holds),
            ("$statusCode != 201", Fails),
            ("$statusCode < 300", Holds),
            ("$statusCode <= 201", Holds),
            ("$statusCode > 201", Fails),
            ("$statusCode >= 201", Holds),
            ("$statusCode >= -1", Holds),
            (
                "$statusCode == '201'",
                FailsNoted("one is a string, the other a number"),
            ),
            (
                "$statusCode != '201'",
                HoldsNoted("one is a string, the other a number"),
            ),
            ("$statusCode == '2O1'", Fails),
            ("$statusCode < '300'", Holds),
            ("$statusCode == true", Fails),
            ("$response.body#/big == 9007199254740993", Holds),
            ("$response.body#/big == 9007199254740992", Fails),
            ("$response.body#/big > 9007199254740992", Holds),
            ("$response.body#/exact == 0.1", Holds),
            (
                "$response.body#/exact < 0.10000000000000000000000001",
                Holds,
            ),
            ("1e400 > 1e399", Holds),
            ("$response.body#/zero == 0", Holds),
            ("$response.body#/zero == -0", Holds),
            (
                "$response.header.X-Count == 5",
                FailsNoted("one is a string, the other a number"),
            ),
            ("$response.header.X-Count >= 5", Holds),
            ("$response.header.X-Count == '5'", Holds),
            ("$response.header.X-Count < $response.header.X-Limit", Holds),
            ("$response.body#/count < $response.body#/ten", Holds),
            ("$response.body#/count < 'a'", Holds),
            ("$inputs.threshold <= 4.5", Holds),
            ("$response.body.items[0].price > $inputs.threshold", Holds),
        ],
    );
}

#[test]
fn strings_are_compared_without_regard_to_case() {
    judge(
        &Example::new().scope(),
        &[
            ("$response.body#/status == 'Active'", Holds),
            (
                "$response.body#/status == 'active'",
                HoldsNoted("equal only ignoring case"),
            ),
            ("$response.body#/status == \"Active\"", Holds),
            (
                "$response.body#/status != 'ACTIVE'",
                FailsNoted("equal only ignoring case"),
            ),
            (
                "$response.body#/status == $inputs.status",
                HoldsNoted("`Active` and `ACTIVE`"),
            ),
            ("$response.body#/status == 'inactive'", Fails),
            (
                "$response.body#/é == 'Ü'",
                HoldsNoted("equal only ignoring case"),
            ),
            ("'a' < 'B'", Holds),
            ("'b' > 'A'", Holds),
            ("'a' <= 'A'", Holds),
            ("'' < 'a'", Holds),
            ("'it''s' == $response.body#/text", Holds),
            ("'' == $response.body#/empty", Holds),
            ("$method == 'POST'", Holds),
            ("$method == 'post'", HoldsNoted("equal only ignoring case")),
            ("$url == 'http://localhost/pets/7?limit=5'", Holds),
            ("$request.query.limit == '5'", Holds),
            ("'pet {$inputs.name}' == 'pet Rex'", Holds),
            ("'{$inputs.id}' == '7'", Holds),
            ("'a && b' == 'a && b'", Holds),
            ("'2024-01-02' > '2024-01-01'", Holds),
        ],
    );
}

#[test]
fn null_equals_only_null() {
    judge(
        &Example::new().scope(),
        &[
            ("null == null", Holds),
            ("null != null", Fails),
            ("$response.body#/nothing == null", Holds),
            ("$response.body#/nothing != null", Fails),
            ("$response.body#/id != null", Holds),
            ("null == 0", Fails),
            ("null == ''", Fails),
            ("null == false", Fails),
            ("null != false", Holds),
            ("null < 1", FailsNoted("have no order")),
            ("null <= null", FailsNoted("have no order")),
            (
                "$response.body#/missing == null",
                HoldsNoted("there is no member `missing`"),
            ),
            (
                "$response.body.missing.deep == null",
                HoldsNoted("there is no member `missing`"),
            ),
            (
                "$response.body.items[9] != null",
                FailsNoted("there is no item 9"),
            ),
            (
                "$response.header.X-None == null",
                HoldsNoted("no header field `X-None`"),
            ),
            ("$inputs.absent == null", HoldsNoted("no input `absent`")),
            ("$inputs.none == null", Holds),
            (
                "'x{$inputs.absent}' == 'xnull'",
                HoldsNoted("no input `absent`"),
            ),
        ],
    );
}

#[test]
fn operators_bind_as_in_c() {
    judge(
        &Example::new().scope(),
        &[
            ("true", Holds),
            ("false", Fails),
            ("null", Fails),
            ("!false", Holds),
            ("!!true", Holds),
            ("! true", Fails),
            ("!null", Holds),
            ("true && true", Holds),
            ("true && false", Fails),
            ("false || true", Holds),
            ("false || false", Fails),
            ("true || false && false", Holds),
            ("(true || false) && false", Fails),
            ("false && false || true", Holds),
            ("!false && false", Fails),
            ("!(false && false)", Holds),
            ("!true == false", Holds),
            ("!(1 == 2)", Holds),
            ("(1 == 1) == true", Holds),
            ("1 == 1 && 2 == 2 && 3 == 3", Holds),
            ("1 == 2 || 2 == 3 || 3 == 3", Holds),
            ("((((true))))", Holds),
            ("$statusCode >= 200 && $statusCode < 300", Holds),
            ("$statusCode == 200 || $statusCode == 201", Holds),
            ("$statusCode==200||$statusCode==201", Holds),
            (
                "$statusCode == 201 && $response.body.nothing != null",
                Fails,
            ),
            ("{$statusCode == 201}", Holds),
            ("{$statusCode} == 201", Holds),
            ("{$response.body#/first name} == 'Ann'", Holds),
            ("{$response.body#/a=b} == 'odd'", Holds),
            ("({$response.body}).id == 42", Holds),
            ("{$response.body}.items[1].id == 'b2'", Holds),
            ("{$response.body}['first name'] == 'Ann'", Holds),
            (
                "{$response.body}.none == null",
                HoldsNoted("`{$response.body}.none` is taken to be null"),
            ),
            ("$response.body['first name'] == 'Ann'", Holds),
        ],
    );
}

#[test]
fn conditions_without_a_comparison_are_taken_as_they_are() {
    judge(
        &Example::new().scope(),
        &[
            ("$response.body#/yes", Holds),
            ("$response.body#/no", Fails),
            ("!$response.body#/no", Holds),
            ("$response.body#/nothing", Fails),
            ("$response.body#/id", HoldsNoted("no boolean")),
            ("$response.body#/zero", FailsNoted("no boolean")),
            ("$response.body#/status", HoldsNoted("no boolean")),
            ("$response.body#/empty", FailsNoted("no boolean")),
            ("$response.body#/items", HoldsNoted("no boolean")),
            ("$response.body#/missing", FailsNoted("no member `missing`")),
            (
                "!$response.body#/missing",
                HoldsNoted("no member `missing`"),
            ),
            ("true < false", FailsNoted("have no order")),
            ("$response.body#/items < 3", FailsNoted("have no order")),
            ("'abc' < 5", FailsNoted("have no order")),
            ("$inputs.list == $inputs.list", Holds),
            ("$inputs.list == $inputs.customer", Fails),
        ],
    );
}

#[test]
fn what_cannot_be_evaluated_fails_and_says_why() {
    judge(
        &Example::new().scope(),
        &[
            (
                "$steps.none.outputs.a == 1",
                Error("step `none` has not run"),
            ),
            (
                "$steps.none.outputs.a != 1",
                Error("step `none` has not run"),
            ),
            ("!$steps.none.outputs.a", Error("step `none` has not run")),
            ("false && $steps.none.outputs.a", Fails),
            ("true || $steps.none.outputs.a", Holds),
            (
                "$steps.none.outputs.a || true",
                Error("step `none` has not run"),
            ),
            (
                "$response.query.a == 1",
                Error("did you mean `$request.query.a`?"),
            ),
            (
                "$sourceDescriptions.petstore.getPet == 1",
                Error("no field"),
            ),
            ("'{$steps.none.outputs.a}' == ''", Error("has not run")),
        ],
    );
    let text = Example::answered(&Response::new(502).with_body("text/plain", "Bad Gateway"));
    judge(
        &text.scope(),
        &[
            ("$response.body == 'Bad Gateway'", Holds),
            ("$response.body.id == null", Error("is not JSON")),
            ("$statusCode == 200 && $response.body.id == null", Fails),
        ],
    );
    let empty = Example::answered(&Response::new(204));
    judge(
        &empty.scope(),
        &[
            ("$response.body == null", HoldsNoted("has no body")),
            ("$response.body#/id == null", HoldsNoted("has no body")),
        ],
    );
}
