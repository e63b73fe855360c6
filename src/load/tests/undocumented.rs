//! Statuses that the document does not list.

use super::server::{json, serve, with};
use super::{one_step, stand, times};

#[test]
fn any_status_that_is_not_documented_counts() {
    for status in ["204", "302", "401", "404", "500", "503", "599"] {
        let served = serve(move |_| match status {
            "204" => with("204", "", ""),
            _ => json(status, "{}"),
        });
        let came = stand(&times(5), &one_step()).run(&served.url);
        let total = &came.report.total;
        let counts = (total.documented, total.undocumented_status);
        assert_eq!(counts, (5, 5), "{status}");
    }
}
