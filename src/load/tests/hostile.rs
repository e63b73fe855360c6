//! Servers that break the protocol, go away or never come to an end: what they do is counted and
//! named, and nothing hangs or grows.

use std::io::{Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering::SeqCst};
use std::thread;
use std::time::{Duration, Instant};

use super::{GOOD, one_step, stand};

/// What a server does on a connection once a request has come; whether it takes another.
type Manner = fn(&mut TcpStream) -> bool;

fn good() -> String {
    let length = GOOD.len();
    format!(
        "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {length}\r\n\r\n{GOOD}"
    )
}

/// Writes the same bytes until nobody takes them any more.
fn endless(stream: &mut TcpStream, head: &str, bytes: &[u8]) -> bool {
    let _ = stream.write_all(head.as_bytes());
    while stream.write_all(bytes).is_ok() {}
    false
}

/// Serves on a port of its own; each second request meets the manner, the others a good answer.
fn serve(manner: Manner) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let count = Arc::new(AtomicUsize::new(0));
    thread::spawn(move || {
        for mut stream in listener.incoming().map_while(Result::ok) {
            let count = count.clone();
            thread::spawn(move || {
                let mut request = [0; 4096];
                while stream.read(&mut request).is_ok_and(|read| read > 0) {
                    let is_good = count.fetch_add(1, SeqCst).is_multiple_of(2);
                    let goes_on = if is_good {
                        stream.write_all(good().as_bytes()).is_ok()
                    } else {
                        manner(&mut stream)
                    };
                    if !goes_on {
                        return;
                    }
                }
            });
        }
    });
    url
}

#[test]
fn each_way_to_fail_is_counted_by_its_name_and_the_others_are_answered() {
    let manners: [(&str, Manner); 11] = [
        ("timeout", |_| {
            // A peer that is half there: it takes the request and says nothing.
            thread::sleep(Duration::from_secs(3));
            false
        }),
        ("timeout", |stream| {
            for byte in good().bytes() {
                if stream.write_all(&[byte]).is_err() {
                    break;
                }
                thread::sleep(Duration::from_millis(60));
            }
            false
        }),
        ("reset", |stream| {
            let _ = stream.write_all(b"HTTP/1.1 200 OK\r\n");
            let linger = nix::libc::linger {
                l_onoff: 1,
                l_linger: 0,
            };
            let option = nix::sys::socket::sockopt::Linger;
            nix::sys::socket::setsockopt(stream, option, &linger).unwrap();
            false
        }),
        ("closed", |stream| {
            let _ = stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{");
            let _ = stream.shutdown(Shutdown::Both);
            false
        }),
        ("too-large", |stream| {
            endless(
                stream,
                "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n\r\n",
                &[b' '; 16_384],
            )
        }),
        ("too-large", |stream| {
            endless(
                stream,
                "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n",
                &[b"4000\r\n".as_slice(), &[b' '; 16_384], b"\r\n"].concat(),
            )
        }),
        ("too-large", |stream| {
            let length = "HTTP/1.1 200 OK\r\ncontent-length: 1000000000000\r\n\r\n";
            endless(stream, length, &[b' '; 16_384])
        }),
        ("too-large", |stream| {
            // A header field of a hundred megabytes.
            let _ = stream.write_all(b"HTTP/1.1 200 OK\r\nx: ");
            for _ in 0..6_400 {
                if stream.write_all(&[b'a'; 16_384]).is_err() {
                    break;
                }
            }
            false
        }),
        ("malformed", |stream| {
            let answer = good().replace("content-length: ", "content-length: -");
            stream.write_all(answer.as_bytes()).is_ok()
        }),
        ("malformed", |stream| {
            // More comes than was announced.
            let answer = good() + "{}";
            stream.write_all(answer.as_bytes()).is_ok()
        }),
        ("malformed", |stream| {
            let head = "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n";
            stream.write_all(head.as_bytes()).is_ok()
        }),
    ];
    for (number, (name, manner)) in manners.into_iter().enumerate() {
        let scenario = "    s: {executor: shared-iterations, vus: 2, iterations: 12, exec: w}\n";
        let mut stand = stand(scenario, &one_step());
        stand.options.timeout = Duration::from_millis(400);
        let begun = Instant::now();
        let came = stand.run(&serve(manner));
        let took = begun.elapsed();
        assert!(took < Duration::from_secs(8), "{number} {name}: {took:?}");
        assert_eq!(came.counts(), [12, 12, 12, 6, 0, 0], "{number} {name}");
        let total = &came.report.total;
        let told: Vec<_> = total.unanswered.clone().into_iter().collect();
        assert_eq!(told, [(name.to_owned(), 6)], "{number}");
        assert_eq!(total.statuses.get(&200), Some(&6), "{number} {name}");
        assert_eq!(total.service_time.count, 6, "{number} {name}");
        assert_eq!(came.summary.exit_code, 1, "{number} {name}");
    }
}

#[test]
fn a_server_that_is_started_anew_is_found_again() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let is_away = Arc::new(AtomicBool::new(false));
    let serving = |listener: TcpListener, is_away: Arc<AtomicBool>| {
        thread::spawn(move || {
            for mut stream in listener.incoming().map_while(Result::ok) {
                if is_away.load(SeqCst) {
                    return;
                }
                let is_away = is_away.clone();
                thread::spawn(move || {
                    let mut request = [0; 4096];
                    while stream.read(&mut request).is_ok_and(|read| read > 0) {
                        // Who is gone answers nobody, not even over what was open.
                        if is_away.load(SeqCst) || stream.write_all(good().as_bytes()).is_err() {
                            return;
                        }
                        thread::sleep(Duration::from_millis(1));
                    }
                });
            }
        })
    };
    let first = serving(listener, is_away.clone());
    let restart = thread::spawn(move || {
        thread::sleep(Duration::from_millis(500));
        is_away.store(true, SeqCst);
        // It wakes, and its port is closed.
        drop(TcpStream::connect(address));
        first.join().unwrap();
        thread::sleep(Duration::from_millis(300));
        let listener = TcpListener::bind(address).unwrap();
        serving(listener, Arc::default());
    });
    let scenario = "    s: {executor: constant-arrival-rate, rate: 200, duration: 2s, preAllocatedVUs: 5, maxVUs: 20, exec: w}\n";
    let came = stand(scenario, &one_step()).run(&format!("http://{address}"));
    restart.join().unwrap();
    let total = &came.report.total;
    let own = came.scenario();
    assert_eq!((own.due, own.dropped, own.interrupted), (400, 0, 0));
    assert_eq!(own.begun, own.completed);
    let answered = total.statuses.get(&200).copied().unwrap_or_default();
    let refused: u64 = total.unanswered.values().sum();
    assert_eq!(answered + refused, total.requests);
    assert!(total.unanswered.contains_key("refused"), "{total:?}");
    // A hundred arrivals fall before it goes, two hundred behind its return.
    assert!((200..=380).contains(&answered), "{answered}");
    let last = came.report.timeline.last();
    assert!(last.is_some_and(|second| second.failed == 0), "it recovers");
}
