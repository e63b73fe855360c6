//! An iteration of which nothing is special allocates nothing.

use std::io::{Read, Write};
use std::net::TcpListener;
use std::sync::mpsc::channel;
use std::thread;
use std::time::{Duration, Instant};

use tokio::sync::watch;

use super::{GOOD, one_step, stand, times};
use crate::load::iteration::Iteration;
use crate::load::lane::Lane;
use crate::load::run::common;
use crate::load::supply::Supplies;
use crate::load::user::VirtualUser;

#[test]
fn an_iteration_whose_answer_was_seen_or_has_a_known_shape_allocates_nothing() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    thread::spawn(move || {
        for mut stream in listener.incoming().map_while(Result::ok) {
            let mut request = [0; 4096];
            let head =
                "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 8\r\n\r\n";
            let answer = format!("{head}{GOOD}");
            while stream.read(&mut request).is_ok_and(|read| read > 0) {
                stream.write_all(answer.as_bytes()).unwrap();
            }
        }
    });
    for cache in [true, false] {
        let mut stand = stand(&times(1), &one_step());
        stand.options.cache = cache;
        let (_over, is_over) = watch::channel(false);
        let now = Instant::now();
        let (_dropped, is_dropped) = watch::channel(false);
        let listens = (is_over, is_dropped);
        let (common, _) = common(stand.ready(&url), Supplies::default(), (now, now), listens);
        let (tell, _told) = channel();
        let lane = Lane::new(common.into(), 0, tell);
        let mut user = VirtualUser::new(lane.clone(), 0);
        // Histograms grow with the longest time that they meet.
        let longest = Duration::from_secs(60);
        lane.step(0, |step| {
            step.response.record(longest);
            step.service.record(longest);
        });
        lane.iterations(0, |counted| {
            counted.duration.record(longest);
            counted.lag.record(longest);
        });
        lane.own(|own| own.receive_lag.record(longest));
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .unwrap();
        let mut iterate = |count: u64| {
            runtime.block_on(async {
                let mut due = Instant::now();
                for number in 0..count {
                    due = user.iterate(Iteration { number, due }, due).await;
                }
            });
        };
        iterate(50);
        // What the runtime needs to begin is the same for one and for many.
        let mut counted = |count| allocation_counter::measure(|| iterate(count)).count_total;
        assert_eq!(counted(200), counted(1), "cache: {cache}");
        let measures = lane.hand_over();
        assert_eq!(measures.iterations[0].completed, 251);
        assert_eq!(measures.iterations[0].failed, 0);
        let [seen, shape, stream, ..] = measures.own.rungs;
        let expected = if cache { (250, 0, 1) } else { (0, 250, 1) };
        assert_eq!((seen, shape, stream), expected);
    }
}
