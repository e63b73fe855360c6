//! A server on a port of its own that answers as a test wants, and remembers what it was asked.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

/// A request.
#[derive(Debug, Clone)]
pub(super) struct Asked {
    /// How many came before it, over all connections.
    pub(super) number: usize,
    pub(super) at: Instant,
    pub(super) method: String,
    pub(super) path: String,
    /// The header section as it came, without what every request has in common.
    pub(super) fields: Vec<(String, String)>,
    pub(super) body: String,
}

impl Asked {
    pub(super) fn line(&self) -> String {
        format!("{} {}", self.method, self.path)
    }

    pub(super) fn field(&self, name: &str) -> Option<&str> {
        let mut fields = self.fields.iter();
        let found = fields.find(|(own, _)| own.eq_ignore_ascii_case(name));
        found.map(|(_, value)| &**value)
    }
}

/// What is answered.
#[derive(Debug, Clone)]
pub(super) struct Reply {
    pub(super) text: String,
    pub(super) after: Duration,
    pub(super) closes: bool,
}

impl Reply {
    pub(super) fn after(self, milliseconds: u64) -> Self {
        let after = Duration::from_millis(milliseconds);
        Self { after, ..self }
    }

    pub(super) fn closing(self) -> Self {
        Self {
            closes: true,
            ..self
        }
    }
}

/// An answer with a JSON body.
pub(super) fn json(status: &str, body: &str) -> Reply {
    with(status, "", body)
}

/// The same with header fields of its own, each with its end.
pub(super) fn with(status: &str, fields: &str, body: &str) -> Reply {
    let content = if body.is_empty() {
        "content-length: 0\r\n\r\n".to_owned()
    } else {
        let length = body.len();
        format!("content-type: application/json\r\ncontent-length: {length}\r\n\r\n{body}")
    };
    Reply {
        text: format!("HTTP/1.1 {status} x\r\n{fields}{content}"),
        after: Duration::ZERO,
        closes: false,
    }
}

pub(super) struct Served {
    pub(super) url: String,
    asked: Arc<Mutex<Vec<Asked>>>,
    connections: Arc<AtomicUsize>,
}

impl Served {
    /// What it was asked until now, in order.
    pub(super) fn asked(&self) -> Vec<Asked> {
        self.asked.lock().unwrap().clone()
    }

    pub(super) fn count(&self) -> usize {
        self.asked.lock().unwrap().len()
    }

    pub(super) fn lines(&self) -> Vec<String> {
        self.asked().iter().map(Asked::line).collect()
    }

    pub(super) fn connections(&self) -> usize {
        self.connections.load(SeqCst)
    }
}

/// Serves until the test process ends.
pub(super) fn serve(answer: impl Fn(&Asked) -> Reply + Send + Sync + 'static) -> Served {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let served = Served {
        url: format!("http://{}", listener.local_addr().unwrap()),
        asked: Arc::default(),
        connections: Arc::default(),
    };
    let answer = Arc::new(answer);
    let (asked, connections) = (served.asked.clone(), served.connections.clone());
    thread::spawn(move || {
        for stream in listener.incoming().map_while(Result::ok) {
            connections.fetch_add(1, SeqCst);
            let (asked, answer) = (asked.clone(), answer.clone());
            thread::spawn(move || converse(&stream, &asked, &*answer));
        }
    });
    served
}

fn converse(stream: &TcpStream, all: &Mutex<Vec<Asked>>, answer: &dyn Fn(&Asked) -> Reply) {
    let _ = stream.set_nodelay(true);
    let mut reader = BufReader::new(stream);
    while let Some(mut asked) = read(&mut reader) {
        {
            let mut all = all.lock().unwrap();
            asked.number = all.len();
            all.push(asked.clone());
        }
        let reply = answer(&asked);
        if !reply.after.is_zero() {
            thread::sleep(reply.after);
        }
        let mut out = stream;
        if out.write_all(reply.text.as_bytes()).is_err() || reply.closes {
            return;
        }
    }
}

fn read(reader: &mut BufReader<&TcpStream>) -> Option<Asked> {
    let mut line = String::new();
    let mut next = |line: &mut String| {
        line.clear();
        reader.read_line(line).ok().filter(|count| *count > 0)?;
        Some(line.trim_end_matches(['\r', '\n']).to_owned())
    };
    let first = next(&mut line)?;
    let at = Instant::now();
    let mut words = first.split(' ').map(str::to_owned);
    let (method, path) = (words.next()?, words.next()?);
    let mut fields = Vec::new();
    let mut length = 0;
    loop {
        let line = next(&mut line)?;
        let Some((name, value)) = line.split_once(':') else {
            break;
        };
        let value = value.trim().to_owned();
        if name.eq_ignore_ascii_case("content-length") {
            length = value.parse().ok()?;
        }
        let common = ["host", "user-agent", "accept-encoding", "proofmark-run"];
        if !common.contains(&&*name.to_ascii_lowercase()) {
            fields.push((name.to_owned(), value));
        }
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body).ok()?;
    Some(Asked {
        number: 0,
        at,
        method,
        path,
        fields,
        body: String::from_utf8_lossy(&body).into_owned(),
    })
}
