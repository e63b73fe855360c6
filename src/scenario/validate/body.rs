//! Bodies: media types, and payloads as far as they are written out.

use serde_json::Value;

use super::super::body::media;
use super::super::payload::{Medium, takes};
use super::instance::Instance;
use super::marked::unmarked;
use super::{Check, Site};
use crate::arazzo::{GenerateMode, RequestBody, Selector, suggest};
use crate::code::Code;
use crate::document::{Location, Pointer};
use crate::schema::Violation;
use crate::spec::{MediaType, Spec};

impl<'a> Check<'a> {
    /// The body of a step, against what its operation takes.
    pub(super) fn body(&mut self, site: Site<'a>) {
        let Some(body) = &site.step.body else {
            return;
        };
        if !site.operation.unreadable.is_empty() {
            return;
        }
        let (name, media) = media(site.operation, body.content_type.as_deref());
        if !self.sends(body, name, media) {
            return;
        }
        // What is pinned in a body that is drawn to be invalid must not break the schema itself: one
        // thing at a time is broken.
        let is_drawn_invalid = body
            .generate
            .is_some_and(|generate| generate.mode == GenerateMode::Invalid);
        if site.wants_refusal() && !is_drawn_invalid {
            return;
        }
        let Some(declared) = &site.operation.body else {
            let message = format!("`{}` takes no body", site.operation.id);
            let hint = "take `requestBody` out".to_owned();
            self.report(Code::UNDECLARED_PART, &body.location, message, Some(hint));
            return;
        };
        if let Some(media) = media {
            self.payload(site, body, name, media);
        } else {
            let at = self.place(&body.location.pointer.join("contentType"));
            let message = format!("`{}` takes no `{name}`", site.operation.id);
            let hint = suggest::hint(name, declared.content.keys().map(String::as_str));
            self.report(Code::UNDECLARED_PART, &at, message, hint);
        }
    }

    fn payload(&mut self, site: Site<'a>, body: &RequestBody, name: &str, media: &MediaType) {
        let Some(schema) = &media.schema else {
            return;
        };
        let (instances, is_text) = match self.instances(body, name, media) {
            Ok(found) => found,
            Err(message) => {
                let at = body.payload.as_ref().map(|payload| &payload.location);
                let at = at.unwrap_or(&body.location);
                self.report(Code::PAYLOAD_MISMATCH, at, message, None);
                return;
            }
        };
        // What can be read in several ways is as right as its best reading.
        let violations = instances.iter().map(|instance| instance.violations(schema));
        let Some(violations) = violations.min_by_key(Vec::len) else {
            return;
        };
        let at = |below: &Pointer| match &body.payload {
            Some(payload) if !is_text => self.place(&payload.location.pointer.concat(below)),
            Some(payload) => payload.location.clone(),
            None => body.location.clone(),
        };
        let found: Vec<(Location, Violation)> = violations
            .into_iter()
            .map(|violation| (at(&violation.instance), unmarked(violation)))
            .collect();
        for (at, violation) in found {
            self.mismatch(site.spec, &at, &violation, "payload");
        }
    }

    /// What is certain about the body, in every way in which it can be read, and whether it is written
    /// as text. Nothing, if nothing is certain; an error says why it cannot be read.
    fn instances(
        &self,
        body: &RequestBody,
        name: &str,
        media: &MediaType,
    ) -> Result<(Vec<Instance>, bool), String> {
        let nothing = || Ok((Vec::new(), false));
        let Some(payload) = &body.payload else {
            return nothing();
        };
        // A body gathered from parameters, as in 1.0.0, stands at no single place of the file.
        if payload.location == body.location {
            return nothing();
        }
        let Some(written) = self.written(&payload.location) else {
            return nothing();
        };
        let medium = Medium::of(name);
        let is_text = written.is_string();
        let mut instances = match written {
            Value::String(_) if payload.value.expression().is_some() => return nothing(),
            Value::String(_) if takes(Some(media), written) => return nothing(),
            Value::String(text) => match payload.value.text() {
                Some(text) => Instance::of_marked(text, medium, name, media),
                None => Instance::of_text(text, name, media)?,
            },
            _ => vec![Instance::new(written, &payload.value)],
        };
        for instance in &mut instances {
            for replacement in &body.replacements {
                let Some(at) = replacement.value.pointer() else {
                    return nothing();
                };
                let value = self.place(&replacement.location.pointer.join("value"));
                let Some(value_written) = self.written(&value) else {
                    return nothing();
                };
                instance.set(at, value_written, replacement.value.value());
            }
        }
        if !is_text && medium != Medium::Json {
            let sent: Result<Vec<Vec<Instance>>, String> = instances
                .iter()
                .map(|instance| instance.as_sent(name, media))
                .collect();
            instances = sent?.into_iter().flatten().collect();
        }
        for instance in &mut instances {
            instance.is_partial = body.generate.is_some();
        }
        Ok((instances, is_text))
    }

    /// Whether a body can be sent, whatever its expressions become; reports what cannot.
    fn sends(&mut self, body: &RequestBody, name: &str, media: Option<&MediaType>) -> bool {
        let found = self.obstacles(body, name, media);
        for (at, message, hint) in &found {
            let code = Code::UNSUPPORTED_FEATURE;
            self.report(code, at, message, Some(hint.clone()));
        }
        found.is_empty()
    }

    /// What keeps a body from being sent: the place, why, and what to do.
    fn obstacles(
        &self,
        body: &RequestBody,
        name: &str,
        media: Option<&MediaType>,
    ) -> Vec<(Location, String, String)> {
        const AS_TEXT: &str = "write it as text, `payload: |`, with `{$...}` for values";
        let medium = Medium::of(name);
        if body.generate.is_some() {
            let has_schema = media.is_some_and(|media| media.schema.is_some());
            let message = if !medium.takes_objects() && medium != Medium::Text {
                format!("no body of `{name}` can be drawn")
            } else if !has_schema {
                format!(
                    "`x-proofmark-generate` needs a schema, and `{name}` has none in the document"
                )
            } else {
                return Vec::new();
            };
            let at = self.place(&body.location.pointer.join("x-proofmark-generate"));
            return vec![(at, message, AS_TEXT.to_owned())];
        }
        let payload = body.payload.as_ref();
        let payload = payload.filter(|payload| payload.value.expression().is_none());
        let Some((payload, written)) =
            payload.and_then(|payload| Some((payload, self.written(&payload.location)?)))
        else {
            return Vec::new();
        };
        let is_text = written.is_string();
        let objection = if is_text {
            let hint = format!("write an object, or `contentType: {name}; boundary=...`");
            medium.objects_to_text(name).zip(Some(hint))
        } else if media.is_some() && !Selector::is_one(written) {
            let objection = medium.objects_to(name, written);
            objection.zip(Some(AS_TEXT.to_owned()))
        } else {
            None
        };
        if let Some((message, hint)) = objection {
            return vec![(payload.location.clone(), message, hint)];
        }
        let why = match medium {
            Medium::Xml => "XPath is not supported".to_owned(),
            Medium::Json => return Vec::new(),
            _ if is_text => format!("a text of `{name}` has no places to replace"),
            _ => return Vec::new(),
        };
        let replacements = body.replacements.iter();
        replacements
            .map(|replacement| {
                let hint = "put the value into the text: `{$inputs.name}`".to_owned();
                (replacement.location.clone(), why.clone(), hint)
            })
            .collect()
    }

    /// Reports that something written out breaks a schema.
    pub(super) fn mismatch(
        &mut self,
        spec: &Spec,
        at: &Location,
        violation: &Violation,
        what: &str,
    ) {
        if spec.excuses(violation) {
            return;
        }
        let Violation {
            keyword,
            message,
            schema,
            ..
        } = violation;
        let message = format!("the {what} breaks `{keyword}`: {message}");
        let hint = format!("the schema is at {schema}");
        self.report(Code::PAYLOAD_MISMATCH, at, message, Some(hint));
    }
}
