//! Faults: why schemas cannot be used, by place and by number.

use std::collections::HashMap;

use super::survey::{Place, Survey};
use super::{Dialect, NodeKind, SchemaError};
use crate::code::Code;
use crate::document::{Diagnostic, Document};

/// The schemas that cannot be used, and why.
#[derive(Debug, Default)]
pub(super) struct Faults {
    errors: Vec<SchemaError>,
    numbers: HashMap<Place, usize>,
}

impl Faults {
    /// The faults that broken references and defects make.
    pub(super) fn new(
        documents: &[(Document, Dialect)],
        survey: &Survey,
        defects: &[(Place, Diagnostic)],
    ) -> Self {
        let mut faults = Self::default();
        for broken in survey.broken.values() {
            let document = documents.get(broken.at.0).map(|(document, _)| document);
            if let Some(document) = document.filter(|_| broken.kind == NodeKind::Schema) {
                let error = SchemaError {
                    message: format!("`{}` leads nowhere", broken.text),
                    location: Some(document.location(&broken.at.1.join("$ref"))),
                };
                faults.add(&broken.at, error);
            }
        }
        for (place, defect) in defects {
            if defect.code == Code::INVALID_SCHEMA {
                let error = SchemaError {
                    message: defect.message.clone(),
                    location: Some(defect.location.clone()),
                };
                faults.add(place, error);
            }
        }
        faults
    }

    fn add(&mut self, place: &Place, error: SchemaError) {
        self.numbers.entry(place.clone()).or_insert_with(|| {
            self.errors.push(error);
            self.errors.len() - 1
        });
    }

    /// The number of a schema's fault, if it has one.
    pub(super) fn number(&self, place: &Place) -> Option<usize> {
        self.numbers.get(place).copied()
    }

    /// The fault of this number.
    pub(super) fn get(&self, number: usize) -> Option<&SchemaError> {
        self.errors.get(number)
    }
}
