//! Sources: which addresses connections come from.
#![cfg(target_os = "linux")]

use std::collections::BTreeMap;
use std::io::{Read, Write};
use std::net::{IpAddr, TcpListener};
use std::sync::{Arc, Mutex};
use std::thread;

use super::{GOOD, Stand, one_step, stand};
use crate::load::{LoadError, Protocol};

/// How many connections came from each address.
type Peers = Arc<Mutex<BTreeMap<IpAddr, usize>>>;

/// Serves on a port of its own, and notes who comes.
fn serve(address: &str) -> Option<(String, Peers)> {
    let listener = TcpListener::bind((address, 0)).ok()?;
    let url = format!("http://{}", listener.local_addr().unwrap());
    let peers = Peers::default();
    let known = peers.clone();
    thread::spawn(move || {
        for mut stream in listener.incoming().map_while(Result::ok) {
            let peer = stream.peer_addr().unwrap().ip();
            *known.lock().unwrap().entry(peer).or_default() += 1;
            thread::spawn(move || {
                let mut request = [0; 4096];
                let length = GOOD.len();
                let head = format!(
                    "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {length}\r\n\r\n"
                );
                while stream.read(&mut request).is_ok_and(|read| read > 0) {
                    if stream
                        .write_all(format!("{head}{GOOD}").as_bytes())
                        .is_err()
                    {
                        return;
                    }
                }
            });
        }
    });
    Some((url, peers))
}

fn from(sources: &[&str], lanes: u64) -> Stand {
    let scenario = "    s: {executor: per-vu-iterations, vus: 6, iterations: 3, exec: w}\n";
    let mut stand = stand(scenario, &one_step()).on_lanes(lanes);
    stand.options.sources = sources.iter().map(|one| one.parse().unwrap()).collect();
    stand
}

fn counts(peers: &Peers) -> Vec<(String, usize)> {
    let peers = peers.lock().unwrap();
    peers
        .iter()
        .map(|(peer, count)| (peer.to_string(), *count))
        .collect()
}

#[test]
fn connections_come_from_each_address_in_turn() {
    for (lanes, sources) in [
        (1, &["127.0.0.2", "127.0.0.3"][..]),
        (2, &["127.0.0.2", "::1", "127.0.0.3"]),
    ] {
        let (url, peers) = serve("127.0.0.1").unwrap();
        let came = from(sources, lanes).run(&url);
        assert_eq!(came.report.total.statuses[&200], 18);
        assert_eq!(came.report.generator.connections, 6);
        let both = [("127.0.0.2".to_owned(), 3), ("127.0.0.3".to_owned(), 3)];
        let counted = counts(&peers);
        // Threads take turns by themselves.
        assert_eq!(counted.len(), 2, "{counted:?}");
        assert!(lanes > 1 || counted == both, "{counted:?}");
    }
}

#[test]
fn without_a_choice_the_system_chooses() {
    let (url, peers) = serve("127.0.0.1").unwrap();
    from(&[], 1).run(&url);
    assert_eq!(counts(&peers), [("127.0.0.1".to_owned(), 6)]);
}

#[test]
fn addresses_of_another_family_reach_nobody() {
    let (url, _) = serve("127.0.0.1").unwrap();
    let stand = from(&["::1"], 1);
    let profile = stand.suite().files[0].description.load.clone().unwrap();
    let refused = stand.prepared(&url, profile).unwrap_err();
    assert!(matches!(&refused, LoadError::Sources { .. }));
    let told =
        format!("no connection to `{url}/` (IPv4) can come from `::1`, all of which are IPv6");
    assert_eq!(refused.to_string(), told);
}

#[test]
fn ports_are_counted_for_each_address() {
    let (url, _) = serve("127.0.0.1").unwrap();
    assert_eq!(from(&[], 1).ready(&url).sources(), 1);
    let load = from(&["127.0.0.2", "127.0.0.3"], 1).ready(&url);
    assert_eq!((load.sources(), load.connections()), (2, 6));
    assert_eq!(load.protocols(), [Protocol::Http1]);
}
