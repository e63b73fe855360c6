//! Parameters.

use super::Reader;
use super::component::Section;
use super::keys::Kind;
use super::node::Item;
use crate::arazzo::{Components, Parameter, ParameterPlace, suggest};

const PLACES: [ParameterPlace; 5] = [
    ParameterPlace::Path,
    ParameterPlace::Query,
    ParameterPlace::Header,
    ParameterPlace::Cookie,
    ParameterPlace::QueryString,
];

impl<'a> Reader<'a> {
    /// Adds a parameter to those before it, unless it stands there already.
    pub(super) fn add_parameter(
        &mut self,
        item: &Item<'a>,
        parameter: Parameter,
        found: &mut Vec<Parameter>,
    ) {
        let is_same =
            |other: &Parameter| other.name == parameter.name && other.place == parameter.place;
        if found.iter().any(is_same) {
            let message = format!("the parameter `{}` stands twice", parameter.name);
            self.nonstandard(&item.at, message)
                .hint("the first one counts");
        } else {
            found.push(parameter);
        }
    }

    pub(super) fn parameter_or_reference(
        &mut self,
        item: &Item<'a>,
        components: &Components,
    ) -> Option<Parameter> {
        let section = Section::Parameters;
        let Some((node, name)) = self.reference(item, section) else {
            return self.parameter(item);
        };
        let mut parameter = self.component(&node, &name?, section, &components.parameters)?;
        if let Some(value) = node.item("value") {
            parameter.value = self.template(&value)?;
        }
        Some(parameter)
    }

    pub(super) fn parameter(&mut self, item: &Item<'a>) -> Option<Parameter> {
        let node = self.object(item, Kind::Parameter)?;
        let name = self.required(&node, "name", Kind::Parameter);
        let place = match node.item("in") {
            None => None,
            Some(item) => Some(self.place(&item)?),
        };
        let Some(value) = node.item("value") else {
            self.unreadable(&node.at, "a parameter needs `value`");
            return None;
        };
        Some(Parameter {
            name: name?,
            place,
            value: self.template(&value)?,
            allow_reserved: self.flag(&node, "x-allowReserved"),
            location: self.document.location(&node.at),
        })
    }

    fn place(&mut self, item: &Item<'_>) -> Option<ParameterPlace> {
        let text = self.text_of(item)?;
        let found = PLACES.into_iter().find(|place| place.name() == text);
        match found {
            Some(ParameterPlace::QueryString) if self.version.minor == 0 => {
                let message = "`in: querystring` came with Arazzo 1.1";
                self.nonstandard(&item.at, message)
                    .hint("it counts all the same; write `arazzo: 1.1.0` for other tools");
            }
            Some(_) => {}
            None => {
                let hint = if text == "body" {
                    Some("what is sent stands under `requestBody` of the step".to_owned())
                } else {
                    suggest::hint(&text, PLACES.iter().map(|place| place.name()))
                };
                let message = format!("there are no parameters in `{text}`");
                self.unreadable(&item.at, message).hint_if(hint);
            }
        }
        found
    }
}
