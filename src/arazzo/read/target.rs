//! What a step calls.

use indexmap::IndexMap;

use super::Reader;
use super::node::{Item, Node};
use super::workflow::Known;
use crate::arazzo::{Source, SourceKind, Target, suggest};
use crate::code::Code;
use crate::document::Pointer;
use crate::schema::methods;

/// The keys of which a step has exactly one.
const KEYS: [&str; 5] = [
    "operationId",
    "operationPath",
    "workflowId",
    "channelPath",
    "x-operation",
];

impl<'a> Reader<'a> {
    /// What a step calls.
    pub(super) fn target(&mut self, node: &Node<'a>, known: Known<'_>) -> Target {
        let messages = ["channelPath", "action", "correlationId"];
        if let Some(key) = messages.into_iter().find(|key| node.has(key)) {
            let message = format!("`{key}` belongs to steps that send or receive messages");
            self.report(Code::UNSUPPORTED_FEATURE, &node.at.join(key), message)
                .hint("AsyncAPI is not supported: move the step to a workflow of its own");
            return Target::Unreadable;
        }
        let named: Vec<&str> = KEYS.into_iter().filter(|key| node.has(key)).collect();
        let item = match named.as_slice() {
            [key] => node.item(key),
            [] => {
                let message = "a step needs `operationId`, `operationPath` or `workflowId`";
                self.unreadable(&node.at, message);
                None
            }
            several => {
                let names = several.join("` and `");
                let message = format!("a step calls one thing, and this names `{names}`");
                self.unreadable(&node.at, message).hint("keep one of them");
                None
            }
        };
        let Some(item) = item else {
            return Target::Unreadable;
        };
        let target = match named.first() {
            Some(&"operationId") => self.operation(&item, known.sources),
            Some(&"operationPath") => self.operation_path(&item, known.sources),
            Some(&"workflowId") => self.workflow_name(&item).map(Target::Workflow),
            _ => self.request(&item),
        };
        target.unwrap_or(Target::Unreadable)
    }

    fn operation(&mut self, item: &Item<'_>, sources: &IndexMap<String, Source>) -> Option<Target> {
        let text = self.text_of(item)?;
        let (source, id) = match text.strip_prefix("$sourceDescriptions.") {
            Some(rest) => match rest.split_once('.') {
                Some((source, id)) if !id.is_empty() => (Some(source), id),
                _ => {
                    self.unreadable(&item.at, format!("`{text}` names no operation"))
                        .hint("write `$sourceDescriptions.name.operationId`");
                    return None;
                }
            },
            None => (None, &*text),
        };
        match source {
            Some(source) => self.openapi_source(&item.at, source, sources)?,
            None => self.only_source(&item.at, &text, sources)?,
        }
        Some(Target::Operation {
            source: source.map(str::to_owned),
            id: id.to_owned(),
            location: self.document.location(&item.at),
        })
    }

    /// Whether an operation can be looked for in a source description.
    fn openapi_source(
        &mut self,
        at: &Pointer,
        name: &str,
        sources: &IndexMap<String, Source>,
    ) -> Option<()> {
        let Some(source) = sources.get(name) else {
            let hint = suggest::hint(name, sources.keys().map(String::as_str));
            let message = format!("there is no source description `{name}`");
            self.report(Code::UNKNOWN_NAME, at, message).hint_if(hint);
            return None;
        };
        match source.kind {
            Some(SourceKind::AsyncApi) => {
                let message = format!("`{name}` is an AsyncAPI description");
                self.report(Code::UNSUPPORTED_FEATURE, at, message)
                    .hint("messages are not tested: move the step to a workflow of its own");
                None
            }
            Some(SourceKind::Arazzo) => {
                let message = format!("`{name}` is an Arazzo description and has no operations");
                self.report(Code::UNKNOWN_NAME, at, message)
                    .hint("its workflows are called with `workflowId`");
                None
            }
            Some(SourceKind::OpenApi) | None => Some(()),
        }
    }

    /// Whether an operation without a source description can be looked for anywhere.
    fn only_source(
        &mut self,
        at: &Pointer,
        id: &str,
        sources: &IndexMap<String, Source>,
    ) -> Option<()> {
        let with_operations: Vec<&Source> = sources
            .values()
            .filter(|source| source.kind != Some(SourceKind::Arazzo))
            .collect();
        match with_operations.as_slice() {
            [] => {
                let message = "no source description has operations";
                self.report(Code::UNKNOWN_NAME, at, message)
                    .hint("add the OpenAPI document to `sourceDescriptions`");
                None
            }
            [source] => self.openapi_source(at, &source.name, sources),
            [first, ..] => {
                let message = format!(
                    "`{id}` could be of any of {} source descriptions",
                    with_operations.len()
                );
                let hint = format!("write `$sourceDescriptions.{}.{id}`", first.name);
                self.nonstandard(at, message).hint(hint);
                Some(())
            }
        }
    }

    /// `operationPath`: a source description and a pointer to an operation in it.
    fn operation_path(
        &mut self,
        item: &Item<'_>,
        sources: &IndexMap<String, Source>,
    ) -> Option<Target> {
        let text = self.text_of(item)?;
        let example = "`{$sourceDescriptions.name.url}#/paths/~1pets/get`";
        let Some((document, fragment)) = text.split_once('#') else {
            self.unreadable(&item.at, format!("`{text}` names no operation"))
                .hint(format!("an operation path looks like {example}"));
            return None;
        };
        let source = self.source_of_path(item, document, sources)?;
        self.openapi_source(&item.at, &source, sources)?;
        let pointer: Option<Pointer> = percent_encoding::percent_decode_str(fragment)
            .decode_utf8()
            .ok()
            .and_then(|fragment| fragment.parse().ok());
        let tokens: Option<Vec<String>> =
            pointer.map(|pointer| pointer.tokens().map(std::borrow::Cow::into_owned).collect());
        let found = match tokens.as_deref() {
            Some([paths, path, method]) if paths == "paths" => {
                let lower = method.to_ascii_lowercase();
                let is_method = methods().any(|known| known == lower);
                is_method.then(|| (path.clone(), lower.to_ascii_uppercase()))
            }
            _ => None,
        };
        let Some((path, method)) = found else {
            let message = format!("`#{fragment}` is no pointer to an operation");
            self.unreadable(&item.at, message).hint(format!(
                "an operation path looks like {example}, with `~1` for each `/` of the path"
            ));
            return None;
        };
        Some(Target::Path {
            source,
            path,
            method,
            location: self.document.location(&item.at),
        })
    }

    /// The source description in front of the `#` of an operation path.
    fn source_of_path(
        &mut self,
        item: &Item<'_>,
        document: &str,
        sources: &IndexMap<String, Source>,
    ) -> Option<String> {
        let bare = document
            .strip_prefix('{')
            .and_then(|inner| inner.strip_suffix('}'));
        let expression = bare.unwrap_or(document);
        if let Some(name) = expression.strip_prefix("$sourceDescriptions.") {
            let name = match name.strip_suffix(".url") {
                Some(plain) if bare.is_some() => return Some(plain.to_owned()),
                Some(plain) => plain,
                None => name,
            };
            self.nonstandard(&item.at, format!("`{document}` is no URL"))
                .hint(format!("write `{{$sourceDescriptions.{name}.url}}#...`"));
            return Some(name.to_owned());
        }
        let by_url = sources.values().find(|source| source.url == document);
        let only = sources.values().next().filter(|_| sources.len() == 1);
        let Some(source) = by_url.or(only.filter(|_| document.is_empty())) else {
            let message = format!("`{document}` is no source description");
            self.report(Code::UNKNOWN_NAME, &item.at, message)
                .hint("write `{$sourceDescriptions.name.url}#/paths/...`");
            return None;
        };
        self.nonstandard(
            &item.at,
            "the source description is not named by an expression",
        )
        .hint(format!(
            "write `{{$sourceDescriptions.{}.url}}#...`",
            source.name
        ));
        Some(source.name.clone())
    }

    /// `x-operation`: a method and a URL.
    fn request(&mut self, item: &Item<'a>) -> Option<Target> {
        let Some(members) = item.value.as_object() else {
            let message = "`x-operation` is an object with `url` and `method`";
            self.unreadable(&item.at, message);
            return None;
        };
        let node = Node {
            at: item.at.clone(),
            members,
        };
        self.only_keys(&node, &["url", "method"]);
        let (Some(url), Some(method)) = (node.item("url"), self.text(&node, "method")) else {
            self.unreadable(&node.at, "`x-operation` needs `url` and `method`");
            return None;
        };
        self.text_of(&url)?;
        Some(Target::Request {
            method: method.to_ascii_uppercase(),
            url: self.template(&url)?,
        })
    }
}
