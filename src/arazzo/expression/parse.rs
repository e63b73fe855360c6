//! Reading expressions.

use super::super::suggest;
use super::extent::{ROOTS, root};
use super::{Access, ComponentKind, Expression, Field, Section, SyntaxError};
use crate::document::Pointer;

/// Reads an expression that is the whole text.
pub(super) fn parse(text: &str) -> Result<Expression, SyntaxError> {
    let Some(word) = root(text) else {
        return Err(SyntaxError::new(0, "an expression starts with `$`"));
    };
    let mut reader = Reader {
        text,
        at: word.len() + 1,
    };
    let found = match word {
        "url" => Expression::Url,
        "method" => Expression::Method,
        "statusCode" => Expression::StatusCode,
        "self" => Expression::SelfUri,
        "request" => Expression::Request(reader.section()?),
        "response" => Expression::Response(reader.section()?),
        "inputs" => Expression::Input(reader.behind_dot("$inputs.<name>")?.field("an input")?),
        "outputs" => Expression::Output(reader.behind_dot("$outputs.<name>")?.field("an output")?),
        "steps" => reader.step()?,
        "workflows" => reader.workflow()?,
        "sourceDescriptions" => reader.source()?,
        "components" => reader.component()?,
        "message" => {
            return Err(SyntaxError::new(
                0,
                "`$message` is a message of AsyncAPI, which is not supported",
            ));
        }
        _ => {
            let error = SyntaxError::new(1, format!("there is no `${word}`"));
            return Err(match suggest::nearest(word, ROOTS) {
                Some(near) => error.hint(format!("did you mean `${near}`?")),
                None => error,
            });
        }
    };
    reader.end()?;
    Ok(found)
}

/// A character of a name.
pub(super) fn is_name(character: char) -> bool {
    character.is_alphanumeric() || ".-_:@".contains(character)
}

/// `tchar` (RFC 9110 section 5.6.2).
fn is_token(character: char) -> bool {
    character.is_ascii_alphanumeric() || "!#$%&'*+-.^_`|~".contains(character)
}

struct Reader<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Reader<'a> {
    fn rest(&self) -> &'a str {
        self.text.get(self.at..).unwrap_or_default()
    }

    fn error(&self, message: impl Into<String>) -> SyntaxError {
        SyntaxError::new(self.at, message)
    }

    fn take(&mut self, literal: &str) -> bool {
        let found = self.rest().starts_with(literal);
        if found {
            self.at += literal.len();
        }
        found
    }

    /// Goes on behind a dot that must be there.
    fn behind_dot(&mut self, form: &str) -> Result<&mut Self, SyntaxError> {
        if self.take(".") {
            Ok(self)
        } else {
            Err(self.error(format!("expected `{form}`")))
        }
    }

    fn end(&self) -> Result<(), SyntaxError> {
        let Some(character) = self.rest().chars().next() else {
            return Ok(());
        };
        let error = self.error(format!(
            "`{}` cannot follow `{}`",
            character.escape_debug(),
            self.text.get(..self.at).unwrap_or_default()
        ));
        Err(if character.is_whitespace() {
            error.hint("in a longer text an expression stands in braces: `{$…}`")
        } else {
            error
        })
    }

    fn name(&mut self, of: &str) -> Result<&'a str, SyntaxError> {
        let rest = self.rest();
        let end = rest.find(|character| !is_name(character));
        let name = &rest[..end.unwrap_or(rest.len())];
        if name.is_empty() {
            return Err(self.error(format!("the name of {of} is missing")));
        }
        self.at += name.len();
        Ok(name)
    }

    fn field(&mut self, of: &str) -> Result<Field, SyntaxError> {
        let name = self.name(of)?.to_owned();
        let access = if self.rest().starts_with('[') {
            self.access()?
        } else {
            Vec::new()
        };
        Ok(Field {
            name,
            access,
            pointer: self.pointer()?,
        })
    }

    fn pointer(&mut self) -> Result<Option<Pointer>, SyntaxError> {
        if !self.take("#") {
            return Ok(None);
        }
        let text = self.rest();
        let pointer = text.parse().map_err(|_| {
            let error = self.error(format!("`{text}` is no JSON Pointer"));
            if text.starts_with('/') {
                error.hint("`~` is written `~0`, and `/` in a name `~1`")
            } else {
                error.hint("it starts with `/`")
            }
        })?;
        self.at = self.text.len();
        Ok(Some(pointer))
    }

    fn access(&mut self) -> Result<Vec<Access>, SyntaxError> {
        let mut found = Vec::new();
        loop {
            if self.take(".") {
                let rest = self.rest();
                let end = rest.find(|character| character == '.' || !is_name(character));
                let name = &rest[..end.unwrap_or(rest.len())];
                if name.is_empty() {
                    return Err(self.error("the name of a member is missing"));
                }
                self.at += name.len();
                found.push(Access::Member(name.to_owned()));
            } else if self.rest().starts_with('[') {
                let (access, length) =
                    bracket(self.rest()).map_err(|error| error.shifted(self.at))?;
                self.at += length;
                found.push(access);
            } else {
                return Ok(found);
            }
        }
    }

    fn section(&mut self) -> Result<Section, SyntaxError> {
        self.behind_dot("header.<name>`, `query.<name>`, `path.<name>` or `body")?;
        let rest = self.rest();
        let end = rest.find(|character: char| !character.is_ascii_alphanumeric());
        let word = &rest[..end.unwrap_or(rest.len())];
        let start = self.at;
        self.at += word.len();
        match word {
            "header" => {
                let name = self.behind_dot("header.<name>")?.rest();
                let wrong = name.find(|character| !is_token(character));
                if let Some(at) = wrong.or(name.is_empty().then_some(0)) {
                    self.at += at;
                    return Err(self
                        .error("a header field's name is one or more of its characters")
                        .hint("letters, digits and ``!#$%&'*+-.^_`|~``"));
                }
                self.at = self.text.len();
                Ok(Section::Header(name.to_owned()))
            }
            "query" => Ok(Section::Query(self.parameter("query.<name>")?)),
            "path" => Ok(Section::Path(self.parameter("path.<name>")?)),
            "body" => {
                let access = self.access()?;
                Ok(Section::Body {
                    pointer: self.pointer()?,
                    access,
                })
            }
            "payload" => Err(SyntaxError::new(
                start,
                "`payload` is a part of AsyncAPI messages, which are not supported",
            )
            .hint("did you mean `body`?")),
            _ => {
                let error = SyntaxError::new(start, format!("a message has no part `{word}`"));
                Err(error.suggest(word, ["header", "query", "path", "body"]))
            }
        }
    }

    fn parameter(&mut self, form: &str) -> Result<String, SyntaxError> {
        let name = self.behind_dot(form)?.rest();
        if name.is_empty() {
            return Err(self.error("the name of a parameter is missing"));
        }
        self.at = self.text.len();
        Ok(name.to_owned())
    }

    /// A name up to one of these words, and the word; behind it, the reader stands.
    fn before<'w>(
        &mut self,
        of: &str,
        words: &[&'w str],
    ) -> Result<(&'a str, &'w str), SyntaxError> {
        let rest = self.rest();
        let found = words
            .iter()
            .filter_map(|word| Some((rest.find(&format!(".{word}."))?, *word)))
            .min();
        let Some((length, word)) = found else {
            let forms: Vec<String> = words.iter().map(|word| format!("`.{word}.`")).collect();
            return Err(self.error(format!(
                "expected the id of {of}, then {} and a name",
                forms.join(" or ")
            )));
        };
        let id = &rest[..length];
        if let Some(at) = id.find(|character| !is_name(character)) {
            self.at += at;
            return self.end().map(|()| (id, word));
        }
        if id.is_empty() {
            return Err(self.error(format!("the id of {of} is missing")));
        }
        self.at += length + word.len() + 2;
        Ok((id, word))
    }

    fn step(&mut self) -> Result<Expression, SyntaxError> {
        self.behind_dot("$steps.<stepId>.outputs.<name>")?;
        let (step, _) = self.before("a step", &["outputs"])?;
        Ok(Expression::StepOutput {
            step: step.to_owned(),
            output: self.field("an output")?,
        })
    }

    fn workflow(&mut self) -> Result<Expression, SyntaxError> {
        self.behind_dot("$workflows.<workflowId>.outputs.<name>")?;
        let (workflow, word) = self.before("a workflow", &["inputs", "outputs", "steps"])?;
        let workflow = workflow.to_owned();
        Ok(match word {
            "inputs" => Expression::WorkflowInput {
                workflow,
                input: self.field("an input")?,
            },
            "outputs" => Expression::WorkflowOutput {
                workflow,
                output: self.field("an output")?,
            },
            _ => Expression::WorkflowStep {
                workflow,
                step: self.name("a step")?.to_owned(),
            },
        })
    }

    fn source(&mut self) -> Result<Expression, SyntaxError> {
        let form = "$sourceDescriptions.<name>.<operationId, workflowId or field>";
        self.behind_dot(form)?;
        let rest = self.rest();
        let end = rest.find(|character| character == '.' || !is_name(character));
        let source = &rest[..end.unwrap_or(rest.len())];
        if source.is_empty() {
            return Err(self.error("the name of a source description is missing"));
        }
        self.at += source.len();
        let reference = self.behind_dot(form)?.rest();
        if reference.is_empty() {
            return Err(self.error("the name of an operation, workflow or field is missing"));
        }
        self.at = self.text.len();
        Ok(Expression::Source {
            source: source.to_owned(),
            reference: reference.to_owned(),
        })
    }

    fn component(&mut self) -> Result<Expression, SyntaxError> {
        let form = "$components.<kind>.<name>";
        self.behind_dot(form)?;
        let rest = self.rest();
        let end = rest.find(|character: char| !character.is_ascii_alphanumeric());
        let word = &rest[..end.unwrap_or(rest.len())];
        let kind = ComponentKind::ALL
            .into_iter()
            .find(|kind| kind.as_str() == word)
            .ok_or_else(|| {
                let error = self.error(format!("there are no components `{word}`"));
                error.suggest(word, ComponentKind::ALL.map(ComponentKind::as_str))
            })?;
        self.at += word.len();
        let name = self.behind_dot(form)?.name("a component")?;
        Ok(Expression::Component {
            kind,
            name: name.to_owned(),
        })
    }
}

/// An access in brackets, and its length.
pub(in crate::arazzo) fn bracket(text: &str) -> Result<(Access, usize), SyntaxError> {
    let inner = text.get(1..).unwrap_or_default();
    if let Some(quote) = inner.chars().next().filter(|first| "'\"".contains(*first)) {
        let (name, length) = quoted(inner, quote).map_err(|error| error.shifted(1))?;
        return if inner
            .get(length..)
            .is_some_and(|rest| rest.starts_with(']'))
        {
            Ok((Access::Member(name), length + 2))
        } else {
            Err(SyntaxError::new(length + 1, "expected `]`"))
        };
    }
    let Some(end) = inner.find(']') else {
        return Err(SyntaxError::new(0, "this `[` is not closed"));
    };
    let index = &inner[..end];
    if !index.is_empty() && index.bytes().all(|byte| byte.is_ascii_digit()) {
        return match index.parse() {
            Ok(index) => Ok((Access::Index(index), end + 2)),
            Err(_) => Err(SyntaxError::new(1, "the index is too large")),
        };
    }
    let error = SyntaxError::new(1, format!("`{index}` is no index"));
    Err(error.hint("indexes are whole numbers from 0, names stand in single quotes"))
}

/// A text in quotes, in which a doubled quote is one, and its length with the quotes.
pub(in crate::arazzo) fn quoted(text: &str, quote: char) -> Result<(String, usize), SyntaxError> {
    let mut found = String::new();
    let mut characters = text.char_indices().skip(1).peekable();
    while let Some((at, character)) = characters.next() {
        if character != quote {
            found.push(character);
        } else if characters.next_if(|(_, next)| *next == quote).is_some() {
            found.push(quote);
        } else {
            return Ok((found, at + 1));
        }
    }
    Err(SyntaxError::new(0, format!("this {quote} is not closed")))
}
