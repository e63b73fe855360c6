//! Schemas against schemas: what two of them say differently about the same instances.

mod apart;
mod array;
mod bounds;
mod clause;
mod compare;
mod conjunction;
mod difference;
mod discriminator;
mod idle;
mod multiple;
mod object;
mod pad;
mod patterns;
mod prove;
mod same;
mod split;
mod travel;
mod types;
mod union;
mod values;
mod walk;
mod xml;

pub(super) use travel::Travel;
pub(super) use walk::{Found, Root, Walk};
