//! Pages: nothing gets out of its place, and nothing is left out.

use std::time::Duration;

use super::html;
use crate::check::tests::{Scene, invalid_body};
use crate::record::tests::{Story, verdict};
use crate::record::{Durations, Event, SecondLoad, Times};
use crate::report::tests::loaded::stories;

/// Tags that a page has, in the order of their opening; panics where they do not close as they were opened.
fn balanced(page: &str) -> Vec<String> {
    let mut open: Vec<String> = Vec::new();
    let mut all = Vec::new();
    let body = page.split_once("</style>").unwrap().1;
    for part in body.split('<').skip(1) {
        let (tag, _) = part.split_once('>').expect(part);
        let name = tag.split([' ', '\n']).next().unwrap();
        let is_void = matches!(name, "br" | "meta") || tag.ends_with('/');
        if let Some(name) = name.strip_prefix('/') {
            let last = open.pop();
            assert!(
                matches!(name, "head") || last.as_deref() == Some(name),
                "{name} closes {last:?} behind {part}"
            );
        } else if !is_void {
            open.push(name.to_owned());
            all.push(name.to_owned());
        }
    }
    // Its beginning stands before the style.
    assert!(open.is_empty(), "{open:?}");
    all
}

#[test]
fn every_kind_of_run_is_a_page_whose_tags_close() {
    let mut told: Vec<String> = stories().map(|story| html(&story.summary())).to_vec();
    let scenes = [
        Scene::new("createPet")
            .invalid(invalid_body())
            .answer(201, "text/plain", "made"),
        Scene::new("readPet").answer(500, "text/plain", "<oops>"),
    ];
    let story = scenes.iter().fold(Story::new(), |story, scene| {
        story.event(Event::Judged(Box::new(verdict(scene, 10))))
    });
    told.push(html(&story.finished().summary()));
    told.push(html(&Story::new().finished().summary()));
    for page in told {
        assert!(page.starts_with("<!doctype html>\n"));
        let page = page.replace("</main>\n</body>\n</html>", "</main>");
        let page = page.replace("<body>\n", "");
        let tags = balanced(&page);
        assert!(!tags.iter().any(|tag| tag == "script"), "{tags:?}");
        for outside in [
            "http-equiv=refresh",
            "url(",
            "@import",
            " src=",
            "<link",
            " href=",
        ] {
            assert!(!page.contains(outside), "{outside}");
        }
    }
}

#[test]
fn a_hostile_server_cannot_get_out_of_its_text() {
    let evil = "\"><script>alert(1)</script><img src=x onerror=alert(2)>'</pre>&lt;\u{202e}";
    let scene = Scene::new("readPet").answer(500, "text/html", evil);
    let story = Story::new().event(Event::Judged(Box::new(verdict(&scene, 10))));
    let page = html(&story.finished().summary());
    assert!(
        page.contains("&lt;script&gt;alert(1)&lt;/script&gt;"),
        "{page}"
    );
    for wrong in ["<script", "<img", "\u{202e}", "onerror=alert(2)>"] {
        assert!(!page.contains(wrong), "{wrong}");
    }
    balanced(
        &page
            .replace("</main>\n</body>\n</html>", "</main>")
            .replace("<body>\n", ""),
    );
}

#[test]
fn percentiles_of_few_samples_say_so_in_charts_and_scenarios() {
    let [sound, ..] = stories();
    let mut summary = sound.summary();
    let load = summary.load.as_mut().unwrap();
    let mut few = Durations::default();
    (1..=30).for_each(|n| few.record(Duration::from_millis(n)));
    load.scenarios[0].duration = Times::from(&few);
    let row = SecondLoad {
        requests: 30,
        failed: 2,
        p95_ms: 28.0,
        p99_ms: 29.0,
        max_ms: 30.0,
        service_max_ms: 30.0,
        ..load.timeline[0].clone()
    };
    let later = SecondLoad {
        at_ms: row.at_ms + row.length_ms,
        requests: 3_000,
        ..row.clone()
    };
    load.timeline = vec![row, later];
    let page = html(&summary);
    assert!(page.contains("p95 -, p99 -, max 30"), "{page}");
    assert!(page.contains("p95 28.0, p99 29.0, max 30"), "{page}");
    let n_too_small = "15.0 / <span class=faint>n too small</span> ms";
    assert!(page.contains(n_too_small), "{page}");
    assert!(page.contains("class=\"line l2 unsure\""), "{page}");
}

#[test]
fn a_run_under_load_shows_what_matters() {
    let [sound, troubled, bound] = stories().map(|story| html(&story.summary()));
    for part in [
        "Soundness: <span class=\"pill good\">valid</span>",
        "aria-label=\"Times by percentile\"",
        "<td class=faint>response</td><td class=n>1.50</td>",
        "<td class=faint>service</td><td class=n>1.25</td>",
        "n too small",
        "achieved_rate",
    ] {
        assert!(sound.contains(part), "{part}");
    }
    for part in [
        "<span class=\"pill doubt\">suspect</span>",
        "a thread of the generator was busy 91 % of the time",
        "a limiter was measured",
        "<span class=\"pill bad\">FAIL</span>",
        "<span class=\"pill bad\">NO DATA</span>",
        "it ended the run",
        "throttled",
        "curl ",
    ] {
        assert!(troubled.contains(part), "{part}");
    }
    assert!(bound.contains("<span class=\"pill bad\">generator-bound</span>"));
    assert!(bound.contains("<span class=\"pill doubt\">OPEN</span>"));
}
