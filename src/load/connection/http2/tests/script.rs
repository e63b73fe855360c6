//! Answers as a server may put them into frames: in any pieces, with padding, in any order, with other
//! frames between them.

use std::collections::VecDeque;

use proptest::prelude::*;
use proptest::sample::Index;

use super::super::frame::{self, CONTINUATION, DATA, END_HEADERS, END_STREAM, HEADERS, PADDED};
use super::super::table::Table;
use super::encoder::Encoder;

/// Name, value, how it is written.
pub(super) type Header = (String, String, u8);

/// How an answer ends.
#[derive(Debug, Clone)]
pub(super) enum End {
    Whole,
    Trailers(Vec<Header>),
    Reset(u32),
    Never,
}

/// An answer.
#[derive(Debug, Clone)]
pub(super) struct Told {
    pub(super) interim: usize,
    pub(super) status: u16,
    pub(super) fields: Vec<Header>,
    /// The parts that the content comes in, and how long their padding is.
    pub(super) content: Vec<(Vec<u8>, Option<u8>)>,
    pub(super) has_length: bool,
    pub(super) end: End,
    /// Where header sections are cut, and how long their padding is.
    pub(super) cuts: (Vec<Index>, Option<u8>),
}

/// A frame of the connection.
#[derive(Debug, Clone)]
pub(super) enum Own {
    Ping,
    Settings(Vec<(u16, u32)>),
    Window(u32),
    Unknown(u8, Vec<u8>),
    Table(u8),
    Goaway(u32, u32),
}

/// What a server does.
#[derive(Debug, Clone)]
pub(super) struct Script {
    pub(super) answers: Vec<Told>,
    /// Whose turn it is.
    pub(super) turns: Vec<Index>,
    /// Frames between those of answers.
    pub(super) between: Vec<(usize, Own)>,
}

fn header() -> impl Strategy<Value = Header> {
    let name = prop_oneof![
        Just("server".to_owned()),
        Just("content-type".to_owned()),
        Just("x-a".to_owned()),
        "x-[a-z0-9]{1,8}",
    ];
    let value = prop_oneof![
        Just(String::new()),
        Just("application/json".to_owned()),
        "[!-~]([ -~]{0,30}[!-~])?",
        "[a-z]{100,400}",
    ];
    (name, value, any::<u8>())
}

fn told() -> impl Strategy<Value = Told> {
    let headers = || prop::collection::vec(header(), 0..6);
    let end = prop_oneof![
        12 => Just(End::Whole),
        3 => headers().prop_map(End::Trailers),
        1 => prop_oneof![Just(0_u32), Just(2), Just(7), Just(8), any::<u32>()].prop_map(End::Reset),
        1 => Just(End::Never),
    ];
    let part = prop_oneof![
        prop::collection::vec(any::<u8>(), 0..50),
        (0..9000_usize).prop_map(|length| vec![b'x'; length]),
    ];
    let padding = || prop::option::weighted(0.3, any::<u8>());
    (
        prop_oneof![3 => Just(0_usize), 1 => 0..3_usize],
        prop_oneof![4 => Just(200_u16), 1 => Just(404), 1 => Just(204), 1 => Just(304), 1 => 200..600_u16],
        headers(),
        prop::collection::vec((part, padding()), 0..5),
        any::<bool>(),
        end,
        (prop::collection::vec(any::<Index>(), 0..4), padding()),
    )
        .prop_map(|(interim, status, fields, content, has_length, end, cuts)| Told {
            interim,
            status,
            fields,
            content: if matches!(status, 204 | 304) { Vec::new() } else { content },
            has_length,
            end,
            cuts,
        })
}

fn own() -> impl Strategy<Value = Own> {
    let setting = prop_oneof![
        (Just(1_u16), 0..10_000_u32),
        (Just(3_u16), 0..200_u32),
        (Just(4_u16), 0..100_000_u32),
        (Just(5_u16), 16_384..100_000_u32),
        (Just(6_u16), any::<u32>()),
        (20..30_u16, any::<u32>()),
    ];
    prop_oneof![
        Just(Own::Ping),
        prop::collection::vec(setting, 0..3).prop_map(Own::Settings),
        (1..100_000_u32).prop_map(Own::Window),
        (10..255_u8, prop::collection::vec(any::<u8>(), 0..30))
            .prop_map(|(kind, payload)| Own::Unknown(kind, payload)),
        any::<u8>().prop_map(Own::Table),
    ]
}

pub(super) fn script() -> impl Strategy<Value = Script> {
    let farewell = prop::option::weighted(
        0.15,
        (0..12_u32, prop_oneof![Just(0_u32), Just(2), Just(11)]),
    );
    (
        prop::collection::vec(told(), 1..5),
        prop::collection::vec(any::<Index>(), 0..40),
        prop::collection::vec((0..40_usize, own()), 0..6),
        (farewell, 0..40_usize),
    )
        .prop_map(|(answers, turns, mut between, (farewell, at))| {
            between.extend(farewell.map(|(last, reason)| (at, Own::Goaway(last, reason))));
            Script {
                answers,
                turns,
                between,
            }
        })
}

/// A part of an answer, which is written when its turn comes.
enum Part {
    Section(Vec<Header>, bool),
    Content(Vec<u8>, Option<u8>, bool),
    Reset(u32),
}

fn parts(told: &Told) -> VecDeque<Part> {
    let status = |status: &str| (":status".to_owned(), status.to_owned(), 1);
    let interim = |_| {
        Part::Section(
            vec![status("103"), ("link".into(), "</a>".into(), 1)],
            false,
        )
    };
    let mut parts: VecDeque<Part> = (0..told.interim).map(interim).collect();
    let mut head = vec![status(&told.status.to_string())];
    head.extend(told.fields.iter().cloned());
    let length: usize = told.content.iter().map(|(part, _)| part.len()).sum();
    if told.has_length {
        head.push(("content-length".to_owned(), length.to_string(), 2));
    }
    let is_whole = matches!(told.end, End::Whole);
    parts.push_back(Part::Section(head, is_whole && told.content.is_empty()));
    for (number, (part, padding)) in told.content.iter().enumerate() {
        let is_last = is_whole && number + 1 == told.content.len();
        parts.push_back(Part::Content(part.clone(), *padding, is_last));
    }
    match &told.end {
        End::Trailers(fields) => parts.push_back(Part::Section(fields.clone(), true)),
        End::Reset(reason) => parts.push_back(Part::Reset(*reason)),
        End::Whole | End::Never => {}
    }
    parts
}

fn padded(part: &[u8], padding: Option<u8>) -> (u8, Vec<u8>) {
    match padding {
        None => (0, part.to_vec()),
        Some(length) => {
            let padding = vec![0; usize::from(length)];
            (PADDED, [&[length], part, &padding].concat())
        }
    }
}

impl Script {
    /// The bytes of the server.
    pub(super) fn bytes(&self) -> Vec<u8> {
        let mut out = Vec::new();
        frame::settings(&mut out, &[]);
        let mut encoder = Encoder {
            table: Table::new(4096),
            resized: None,
        };
        let mut all: Vec<(u32, &Told, VecDeque<Part>)> = (1_u32..)
            .step_by(2)
            .zip(&self.answers)
            .map(|(stream, told)| (stream, told, parts(told)))
            .collect();
        let mut turns = self.turns.iter();
        for turn in 0.. {
            for (_, own) in self.between.iter().filter(|(at, _)| *at == turn) {
                own.write(&mut out, &mut encoder);
            }
            all.retain(|(_, _, parts)| !parts.is_empty());
            if all.is_empty() {
                break;
            }
            let at = turns.next().map_or(0, |turn| turn.index(all.len()));
            let (stream, told, parts) = &mut all[at];
            match parts.pop_front().unwrap() {
                Part::Section(headers, is_last) => {
                    let block = encoder.section(&headers);
                    write_section(&mut out, &block, told, *stream, is_last);
                }
                Part::Content(part, padding, is_last) => {
                    let (flags, payload) = padded(&part, padding);
                    let flags = flags | if is_last { END_STREAM } else { 0 };
                    frame::head(&mut out, payload.len(), DATA, flags, *stream);
                    out.extend(payload);
                }
                Part::Reset(reason) => frame::number(&mut out, frame::RST_STREAM, *stream, reason),
            }
        }
        out
    }
}

fn write_section(out: &mut Vec<u8>, block: &[u8], told: &Told, stream: u32, is_last: bool) {
    let mut cuts: Vec<usize> = told
        .cuts
        .0
        .iter()
        .map(|cut| cut.index(block.len() + 1))
        .collect();
    cuts.push(block.len());
    cuts.sort_unstable();
    let mut from = 0;
    for (number, to) in cuts.iter().enumerate() {
        let part = &block[from..*to];
        from = *to;
        let end = if number + 1 == cuts.len() {
            END_HEADERS
        } else {
            0
        };
        if number > 0 {
            frame::head(out, part.len(), CONTINUATION, end, stream);
            out.extend_from_slice(part);
            continue;
        }
        let (flags, payload) = padded(part, told.cuts.1);
        let flags = flags | end | if is_last { END_STREAM } else { 0 };
        frame::head(out, payload.len(), HEADERS, flags, stream);
        out.extend(payload);
    }
}

impl Own {
    fn write(&self, out: &mut Vec<u8>, encoder: &mut Encoder) {
        match self {
            Self::Ping => {
                frame::head(out, 8, frame::PING, 0, 0);
                out.extend_from_slice(b"pingpong");
            }
            Self::Settings(settings) => frame::settings(out, settings),
            Self::Window(more) => frame::number(out, frame::WINDOW_UPDATE, 0, *more),
            Self::Unknown(kind, payload) => {
                frame::head(out, payload.len(), *kind, 0, 1);
                out.extend_from_slice(payload);
            }
            Self::Table(size) => encoder.resized = Some(*size),
            Self::Goaway(last, reason) => {
                frame::head(out, 8, frame::GOAWAY, 0, 0);
                out.extend_from_slice(&last.to_be_bytes());
                out.extend_from_slice(&reason.to_be_bytes());
            }
        }
    }
}
