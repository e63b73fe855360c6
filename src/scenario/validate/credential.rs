//! Credentials that `x-security` gives for schemes of the descriptions.

use super::super::Used;
use super::{Check, Site};
use crate::arazzo::{SchemeReference, Security, suggest};
use crate::code::Code;
use crate::spec::Spec;

impl<'a> Check<'a> {
    /// Security schemes that none of the descriptions has in which they are looked for: the source
    /// that is named, else those of the steps.
    pub(super) fn credentials(&mut self, credentials: &[Security], sites: &[Site<'a>]) {
        for security in credentials {
            let SchemeReference::Named { source, name } = &security.scheme else {
                continue;
            };
            let specs: Vec<&Spec> = match source {
                Some(source) => self.source(source).into_iter().collect(),
                None => sites.iter().map(|site| site.spec).collect(),
            };
            if specs.is_empty() || specs.iter().any(|spec| spec.schemes.contains_key(name)) {
                continue;
            }
            let known = specs.iter().flat_map(|spec| spec.schemes.keys());
            let mut known: Vec<&str> = known.map(String::as_str).collect();
            known.dedup();
            let hint = suggest::hint(name, known);
            let message = format!("there is no security scheme `{name}`");
            self.report(Code::UNKNOWN_NAME, &security.location, message, hint);
        }
    }

    fn source(&self, name: &str) -> Option<&'a Spec> {
        let file = self.suite.files.get(self.file)?;
        match file.sources.get(name)? {
            Used::Api(api) => self.suite.spec(*api),
            Used::File(_) | Used::Nothing => None,
        }
    }
}
