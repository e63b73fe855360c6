//! Security schemes and requirements.

use indexmap::IndexMap;
use openapiv3::{APIKeyLocation, SecurityScheme as Typed};
use serde_json::{Value, json};

use super::{Node, Reader, item};
use crate::schema::{NodeKind, Place};
use crate::spec::{ApiKeyPlace, SchemeKind, SecurityRequirement, SecurityScheme};

impl Reader {
    /// The security schemes of the entry document.
    pub(super) fn security_schemes(&mut self) -> IndexMap<String, SecurityScheme> {
        let set = self.set.clone();
        let mut schemes = IndexMap::new();
        let components = set
            .document(0)
            .value
            .get("components")
            .and_then(Value::as_object);
        let Some(members) = components else {
            return schemes;
        };
        let components = Node {
            place: (0, crate::document::Pointer::root().join("components")),
            members,
        };
        for (name, place) in self.map(&components, "securitySchemes") {
            self.scheme_names.insert(name.to_owned());
            if let Some(scheme) = self.security_scheme(&place) {
                schemes.insert(name.to_owned(), scheme);
            }
        }
        schemes
    }

    fn security_scheme(&mut self, place: &Place) -> Option<SecurityScheme> {
        let set = self.set.clone();
        let node = self.object(&set, place, NodeKind::SecurityScheme)?;
        let location = self.location(&node.place);
        // `openapiv3` knows 3.0 only, where this type does not exist yet.
        if node.members.get("type").and_then(Value::as_str) == Some("mutualTLS") {
            let kind = SchemeKind::MutualTls;
            return Some(SecurityScheme { kind, location });
        }
        // Flows are for getting tokens, which happens elsewhere.
        let typed: Typed = self.typed(
            &node,
            NodeKind::SecurityScheme,
            &["type", "in", "name", "scheme", "openIdConnectUrl"],
            &[("flows", json!({})), ("openIdConnectUrl", json!(""))],
        )?;
        let kind = match typed {
            Typed::APIKey { location, name, .. } => SchemeKind::ApiKey {
                place: match location {
                    APIKeyLocation::Query => ApiKeyPlace::Query,
                    APIKeyLocation::Header => ApiKeyPlace::Header,
                    APIKeyLocation::Cookie => ApiKeyPlace::Cookie,
                },
                name,
            },
            Typed::HTTP { scheme, .. } => match &*scheme.to_ascii_lowercase() {
                "bearer" => SchemeKind::Bearer,
                "basic" => SchemeKind::Basic,
                _ => SchemeKind::Http(scheme),
            },
            Typed::OAuth2 { .. } | Typed::OpenIDConnect { .. } => SchemeKind::Bearer,
        };
        Some(SecurityScheme { kind, location })
    }

    /// The alternatives under `security`; `None` if the node does not say anything about it.
    pub(super) fn security_requirements(
        &mut self,
        node: &Node<'_>,
    ) -> Option<Vec<SecurityRequirement>> {
        let place = node.below("security");
        let Value::Array(alternatives) = node.members.get("security")? else {
            self.unreadable(&place, "`security` must be an array");
            return None;
        };
        let mut found = Vec::new();
        for (index, alternative) in alternatives.iter().enumerate() {
            let place = item(&place, index);
            match serde_json::from_value::<IndexMap<String, Vec<String>>>(alternative.clone()) {
                Ok(schemes) => {
                    for name in schemes.keys() {
                        if !self.scheme_names.contains(name) {
                            let place = (place.0, place.1.join(name));
                            let message = format!("there is no security scheme `{name}`");
                            self.unreadable(&place, message);
                        }
                    }
                    found.push(SecurityRequirement(schemes));
                }
                Err(error) => {
                    self.unreadable(
                        &place,
                        format!("a security requirement cannot be read: {error}"),
                    );
                }
            }
        }
        Some(found)
    }
}
