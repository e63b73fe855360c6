//! What can be typed behind `generate`.

use clap::{Args, ValueEnum};
use serde::Deserialize;

use crate::schema;
use crate::seed::Seed;

/// `generate`.
#[derive(Debug, Args)]
#[command(after_help = LINES)]
pub(crate) struct Generate {
    /// The schema: a file with a JSON Schema, or a file and where the schema is in it, for example
    /// `api.yaml#/components/schemas/User`
    #[arg(
        long,
        env = "PROOFMARK_SCHEMA",
        value_name = "FILE[#/POINTER]",
        required_unless_present = "batch"
    )]
    pub schema: Option<String>,
    /// Answer requests from standard input instead, one JSON object a line
    #[arg(long, conflicts_with_all = ["schema", "mode", "count", "seed"])]
    pub batch: bool,
    /// What schemas are written in [default: what the document says, else 2020-12]
    #[arg(long, env = "PROOFMARK_DIALECT", value_enum, value_name = "NAME")]
    pub dialect: Option<Dialect>,
    /// Which way instances travel: decides about `readOnly` and `writeOnly`
    #[arg(long, env = "PROOFMARK_DIRECTION", value_enum, default_value_t = Direction::Request)]
    pub direction: Direction,
    /// Which instances to make
    #[arg(long, value_enum, default_value_t = Kind::Valid)]
    pub mode: Kind,
    /// How many instances to make at most
    #[arg(long, env = "PROOFMARK_COUNT", default_value_t = 10, value_name = "N")]
    pub count: usize,
    /// Where every random choice comes from; equal seeds give equal instances
    #[arg(long, env = "PROOFMARK_SEED", default_value = "1", value_name = "N")]
    pub seed: Seed,
}

const LINES: &str = "\
Each line of the output is an object:
  {\"instance\": ..., \"valid\": true}
  {\"instance\": ..., \"valid\": false, \"keyword\": ..., \"schema_pointer\": ..., \"instance_pointer\": ...}
With --mode boundary valid ones, too, have a keyword: the one whose edge they show.

Requests of --batch, one a line; all but the schema may be left out:
  {\"id\": ..., \"schema\": {...}, \"mode\": \"valid\", \"count\": 10, \"seed\": 1}
  {\"id\": ..., \"document\": {...} or a file's name, \"pointer\": \"/components/schemas/User\", ...}
and each answer:
  {\"id\": ..., \"instances\": [objects as above], \"error\": null or a text}";

/// What schemas are written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Dialect {
    /// JSON Schema draft 4.
    Draft4,
    /// JSON Schema draft 6.
    Draft6,
    /// JSON Schema draft 7.
    Draft7,
    /// JSON Schema 2019-09.
    #[value(name = "2019-09")]
    #[serde(rename = "2019-09")]
    Draft201909,
    /// JSON Schema 2020-12.
    #[value(name = "2020-12")]
    #[serde(rename = "2020-12")]
    Draft202012,
    /// OpenAPI 3.0.
    #[value(name = "openapi-3.0")]
    #[serde(rename = "openapi-3.0")]
    OpenApi30,
    /// OpenAPI 3.1.
    #[value(name = "openapi-3.1")]
    #[serde(rename = "openapi-3.1")]
    OpenApi31,
}

impl From<Dialect> for schema::Dialect {
    fn from(dialect: Dialect) -> Self {
        match dialect {
            Dialect::Draft4 => Self::Draft4,
            Dialect::Draft6 => Self::Draft6,
            Dialect::Draft7 => Self::Draft7,
            Dialect::Draft201909 => Self::Draft201909,
            Dialect::Draft202012 => Self::Draft202012,
            Dialect::OpenApi31 => Self::OpenApi31,
            Dialect::OpenApi30 => Self::OpenApi30,
        }
    }
}

/// Which way instances travel.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Direction {
    /// Client to server: no `readOnly` members.
    Request,
    /// Server to client: no `writeOnly` members.
    Response,
}

impl From<Direction> for schema::Direction {
    fn from(direction: Direction) -> Self {
        match direction {
            Direction::Request => Self::Request,
            Direction::Response => Self::Response,
        }
    }
}

/// Which instances to make.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Kind {
    /// Instances that the schema accepts.
    #[default]
    Valid,
    /// Instances that break one keyword at one place.
    Invalid,
    /// Instances at the edges of what the schema accepts, on both sides; the seed changes nothing.
    Boundary,
}
