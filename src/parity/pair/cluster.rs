//! Clusters: rows of a report that are one thing to whoever reads them, whatever the operation and what is
//! wrong with the requests. A convention of a server (what it answers to bad requests) shows in each
//! operation for each kind of defect, and is told once.

use indexmap::{IndexMap, IndexSet};

use super::outcome::Likeness;
use super::report::Row;
use crate::report::counted;

/// Rows that are the same but for the operation and the defects.
pub(super) struct Cluster<'a> {
    /// The one that has the example; of those the one that could be made smallest.
    pub(super) first: &'a Row,
    rows: Vec<&'a Row>,
    /// How many cases.
    pub(super) count: usize,
}

/// The rows in clusters, in the order of their first rows.
pub(super) fn clusters(rows: &[Row]) -> Vec<Cluster<'_>> {
    let mut clusters: IndexMap<_, Cluster<'_>> = IndexMap::new();
    for row in rows {
        let cluster = clusters.entry(row.likeness()).or_insert_with(|| Cluster {
            first: row,
            rows: Vec::new(),
            count: 0,
        });
        let left_out = |row: &Row| row.example.as_ref().map(|one| one.left_out);
        if left_out(row) > left_out(cluster.first) {
            cluster.first = row;
        }
        cluster.count += row.count;
        cluster.rows.push(row);
    }
    clusters.into_values().collect()
}

impl Row {
    /// The same as that of the group that it tells of.
    fn likeness(&self) -> Likeness<'_> {
        let (place, message) = (&self.place, &self.message);
        (self.severity, self.code, self.kind, place, message)
    }
}

impl Cluster<'_> {
    /// The operations, each once.
    pub(super) fn operations(&self) -> IndexSet<&str> {
        self.rows.iter().map(|row| row.operation.as_str()).collect()
    }

    /// The operations with the number of their cases: `getUser (2 cases)`.
    pub(super) fn told_operations(&self) -> Vec<String> {
        self.told(|row| Some(row.operation.as_str()))
    }

    /// What is wrong with the requests, where anything is, with the number of cases, the most frequent first.
    pub(super) fn told_defects(&self) -> Vec<String> {
        self.told(|row| row.defect.as_deref())
    }

    fn told<'r>(&'r self, name: impl Fn(&'r Row) -> Option<&'r str>) -> Vec<String> {
        let mut counts: IndexMap<&str, usize> = IndexMap::new();
        for row in &self.rows {
            if let Some(name) = name(row) {
                *counts.entry(name).or_default() += row.count;
            }
        }
        counts.sort_by(|_, one, _, other| other.cmp(one));
        let told = counts.into_iter();
        told.map(|(name, count)| format!("{name} ({})", counted(count, "case")))
            .collect()
    }
}
