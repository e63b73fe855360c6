//! Routing: which operations stand at a path, and which of them a method selects.

use crate::spec::{OperationId, PathTemplate, Segment, Spec};

/// Finds operations by method and path.
#[derive(Debug)]
pub(super) struct Router {
    places: Vec<Place>,
}

/// A path template with its operations by method.
#[derive(Debug)]
struct Place {
    template: PathTemplate,
    /// The template without the names of its expressions.
    shape: String,
    methods: Vec<(String, OperationId)>,
}

/// What stands at a path.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Route<'a> {
    /// An operation.
    Operation(&'a OperationId),
    /// The path has no operation for the method. Holds what it has operations for.
    OtherMethods(Vec<String>),
    /// Nothing.
    Nothing,
}

impl Router {
    /// A router for all operations of a document. Templates that say more are tried first
    /// (OAS 3.1.1 section 4.8.8.2).
    pub(super) fn new(spec: &Spec) -> Self {
        let mut places: Vec<Place> = Vec::new();
        for operation in spec.operations.values() {
            let entry = (operation.method.clone(), operation.id.clone());
            match places
                .iter_mut()
                .find(|place| place.template == operation.path)
            {
                Some(place) => place.methods.push(entry),
                None => places.push(Place {
                    template: operation.path.clone(),
                    shape: shape(&operation.path),
                    methods: vec![entry],
                }),
            }
        }
        places.sort_by_key(|place| {
            (
                place.template.expressions().count(),
                std::cmp::Reverse(place.template.literal_length()),
            )
        });
        Self { places }
    }

    /// What stands at a raw path (without the query) for a method.
    pub(super) fn route(&self, method: &str, path: &str) -> Route<'_> {
        let mut methods: Vec<String> = Vec::new();
        let mut shape: Option<&String> = None;
        for place in &self.places {
            // The template that says most decides. Only templates that differ from it in nothing but
            // the names of their expressions are asked as well.
            if shape.is_some_and(|shape| *shape != place.shape) {
                continue;
            }
            if place.template.matches(path).is_none() {
                continue;
            }
            shape = Some(&place.shape);
            if let Some(operation) = place.select(method) {
                return Route::Operation(operation);
            }
            for (method, _) in &place.methods {
                if !methods.contains(method) {
                    methods.push(method.clone());
                }
            }
        }
        if methods.is_empty() {
            return Route::Nothing;
        }
        for (implied, by) in [("HEAD", Some("GET")), ("OPTIONS", None)] {
            let given = by.is_none_or(|by| methods.iter().any(|method| method == by));
            if given && !methods.iter().any(|method| method == implied) {
                methods.push(implied.to_owned());
            }
        }
        Route::OtherMethods(methods)
    }
}

impl Place {
    /// The operation for a method; HEAD is answered as GET where it has none of its own
    /// (RFC 9110 section 9.3.2).
    fn select(&self, method: &str) -> Option<&OperationId> {
        let find = |wanted: &str| {
            let mut methods = self.methods.iter();
            let found = methods.find(|(method, _)| method == wanted);
            found.map(|(_, operation)| operation)
        };
        find(method).or_else(|| if method == "HEAD" { find("GET") } else { None })
    }
}

fn shape(template: &PathTemplate) -> String {
    template
        .segments()
        .iter()
        .map(|segment| match segment {
            Segment::Literal(text) => text.as_str(),
            Segment::Expression(_) => "{}",
        })
        .collect()
}
