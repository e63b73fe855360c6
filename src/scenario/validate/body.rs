//! Bodies: media types, and payloads as far as they are written out.

use serde_json::Value;

use super::super::body::media;
use super::instance::Instance;
use super::{Check, Site};
use crate::arazzo::{GenerateMode, RequestBody, suggest};
use crate::code::Code;
use crate::document::{Location, Pointer};
use crate::schema::{Schema, Violation};
use crate::spec::{MediaType, Spec};
use crate::wire::MediaRange;

impl<'a> Check<'a> {
    /// The body of a step, against what its operation takes.
    pub(super) fn body(&mut self, site: Site<'a>) {
        let Some(body) = &site.step.body else {
            return;
        };
        // What is pinned in a body that is drawn to be invalid must not break the schema itself: one
        // thing at a time is broken.
        let is_drawn_invalid = body
            .generate
            .is_some_and(|generate| generate.mode == GenerateMode::Invalid);
        let is_meant = site.wants_refusal() && !is_drawn_invalid;
        if !site.operation.unreadable.is_empty() || is_meant {
            return;
        }
        let Some(declared) = &site.operation.body else {
            let message = format!("`{}` takes no body", site.operation.id);
            let hint = "take `requestBody` out".to_owned();
            self.report(Code::UNDECLARED_PART, &body.location, message, Some(hint));
            return;
        };
        match media(site.operation, body.content_type.as_deref()) {
            (name, Some(media)) => self.payload(site, body, name, media),
            (named, None) => {
                let at = self.place(&body.location.pointer.join("contentType"));
                let message = format!("`{}` takes no `{named}`", site.operation.id);
                let hint = suggest::hint(named, declared.content.keys().map(String::as_str));
                self.report(Code::UNDECLARED_PART, &at, message, hint);
            }
        }
    }

    fn payload(&mut self, site: Site<'a>, body: &RequestBody, name: &str, media: &MediaType) {
        let Some(schema) = &media.schema else {
            return;
        };
        let is_json = MediaRange::parse(name).is_ok_and(|name| name.concrete().is_json());
        if !is_json {
            return;
        }
        let Some((instance, is_text)) = self.instance(body, schema) else {
            return;
        };
        let at = |below: &Pointer| match &body.payload {
            Some(payload) if !is_text => self.place(&payload.location.pointer.concat(below)),
            Some(payload) => payload.location.clone(),
            None => body.location.clone(),
        };
        let violations = instance.violations(schema);
        let found: Vec<(Location, Violation)> = violations
            .into_iter()
            .map(|violation| (at(&violation.instance), violation))
            .collect();
        for (at, violation) in found {
            self.mismatch(site.spec, &at, &violation, "payload");
        }
    }

    /// What is certain about the body, and whether it is written as text. `None` if nothing is.
    fn instance(&self, body: &RequestBody, schema: &Schema) -> Option<(Instance, bool)> {
        let payload = body.payload.as_ref()?;
        let written = self.written(&payload.location)?;
        let (mut instance, is_text) = match written {
            Value::String(text) if payload.value.is_plain() => {
                let takes_texts = schema
                    .validator()
                    .is_ok_and(|validator| validator.is_valid(written));
                if takes_texts {
                    return None;
                }
                (Instance::of_text(text)?, true)
            }
            // Text in which values are put: what they make of it is not known.
            Value::String(_) => return None,
            _ => (Instance::new(written, &payload.value), false),
        };
        for replacement in &body.replacements {
            let at = replacement.value.pointer()?;
            let value = self.place(&replacement.location.pointer.join("value"));
            let value_written = self.written(&value)?;
            instance.set(at, value_written, replacement.value.value());
        }
        instance.is_partial = body.generate.is_some();
        Some((instance, is_text))
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
