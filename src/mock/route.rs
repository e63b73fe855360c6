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
    /// An operation. `head` is set when a HEAD is answered by the operation for GET.
    Operation {
        /// The operation.
        operation: &'a OperationId,
        /// The raw text of each template expression.
        expressions: Vec<(&'a str, &'a str)>,
        /// Whether the content is to be left out.
        head: bool,
    },
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
    pub(super) fn route<'a>(&'a self, method: &str, path: &'a str) -> Route<'a> {
        let mut methods: Vec<String> = Vec::new();
        let mut shape = None;
        for place in &self.places {
            // The template that says most decides. Only templates that differ from it in nothing but
            // the names of their expressions are asked as well.
            if shape.is_some_and(|shape| *shape != place.shape) {
                continue;
            }
            let Some(expressions) = place.template.matches(path) else {
                continue;
            };
            shape = Some(&place.shape);
            if let Some((operation, head)) = place.select(method) {
                return Route::Operation {
                    operation,
                    expressions,
                    head,
                };
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
    fn select(&self, method: &str) -> Option<(&OperationId, bool)> {
        let find = |wanted: &str| {
            self.methods
                .iter()
                .find(|(method, _)| method == wanted)
                .map(|(_, operation)| operation)
        };
        find(method)
            .map(|operation| (operation, method == "HEAD"))
            .or_else(|| {
                (method == "HEAD")
                    .then(|| find("GET").map(|operation| (operation, true)))
                    .flatten()
            })
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
