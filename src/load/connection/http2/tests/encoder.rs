//! Header sections as a server may write them: known or not, coded or not, learnt or not.

use super::super::huffman::tests::encode;
use super::super::table::{Field, Table};
use super::script::Header;

/// Writes header sections.
pub(super) struct Encoder {
    pub(super) table: Table,
    /// A size that the next section begins with.
    pub(super) resized: Option<u8>,
}

impl Encoder {
    fn string(text: &str, is_coded: bool, out: &mut Vec<u8>) {
        let coded = encode(text.as_bytes());
        let (flag, bytes) = if is_coded {
            (0x80, &coded[..])
        } else {
            (0, text.as_bytes())
        };
        number(flag, 0x7f, bytes.len(), out);
        out.extend_from_slice(bytes);
    }

    pub(super) fn section(&mut self, headers: &[Header]) -> Vec<u8> {
        let mut out = Vec::new();
        if let Some(size) = self.resized.take() {
            let size = usize::from(size) * 8;
            number(0x20, 0x1f, size, &mut out);
            self.table.resize(size);
        }
        for (name, value, how) in headers {
            let all = || (1..300).map_while(|number| Some((number, self.table.get(number)?)));
            let same = |field: &Field<'_>| field.name == name.as_bytes();
            let whole = all().find(|(_, field)| same(field) && field.value == value.as_bytes());
            let named = all()
                .find(|(_, field)| same(field))
                .map(|(number, _)| number);
            if let Some((known, _)) = whole.filter(|_| how % 4 != 0) {
                number(0x80, 0x7f, known, &mut out);
                continue;
            }
            let is_learnt = how % 3 != 0;
            let (flag, prefix) = match how % 3 {
                0 if how % 2 == 0 => (0x10, 0x0f),
                0 => (0, 0x0f),
                _ => (0x40, 0x3f),
            };
            let named = named.filter(|_| how % 5 != 0).unwrap_or(0);
            number(flag, prefix, named, &mut out);
            if named == 0 {
                Self::string(name, how % 7 > 2, &mut out);
            }
            Self::string(value, how % 11 > 4, &mut out);
            if is_learnt {
                self.table.learn(Field {
                    name: name.as_bytes(),
                    value: value.as_bytes(),
                    is_valid: true,
                });
            }
        }
        out
    }
}

pub(super) fn number(flag: u8, prefix: u8, number: usize, out: &mut Vec<u8>) {
    if number < usize::from(prefix) {
        out.push(flag | u8::try_from(number).unwrap());
        return;
    }
    out.push(flag | prefix);
    let mut rest = number - usize::from(prefix);
    while rest >= 0x80 {
        out.push(u8::try_from(rest % 0x80).unwrap() | 0x80);
        rest /= 0x80;
    }
    out.push(u8::try_from(rest).unwrap());
}
