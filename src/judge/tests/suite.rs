//! The official test suite of JSON Schema: every rung says what the suite's own way says.

use super::Rivals;
use crate::schema::suite::groups;

#[test]
fn every_rung_agrees_on_the_official_suite() {
    let Some(groups) = groups() else {
        return;
    };
    let (mut judged, mut streamed) = (0, 0);
    for group in groups {
        let Some(mut rivals) = Rivals::new(&group.schema) else {
            continue;
        };
        for test in &group.tests {
            rivals.agree(test.data.to_string().as_bytes());
            judged += 1;
            streamed += usize::from(rivals.stream.is_some());
        }
    }
    println!("{judged} instances judged, {streamed} of them while they were read");
    assert!(judged > 5000, "{judged}");
    assert!(streamed > 2000, "{streamed}");
}
