//! Covering arrays: few rows in which every two switches stand in all four ways together.

/// The most switches that are combined; beyond them a row more or less proves little.
const SWITCHES: usize = 64;

/// Rows of switches in which every pair of them is seen off-off, off-on, on-off and on-on. The rows
/// of all off and all on come first. At most `limit` rows; none for fewer than two switches.
pub(super) fn pairs(switches: usize, limit: usize) -> Vec<Vec<bool>> {
    let considered = switches.min(SWITCHES);
    if considered < 2 {
        return Vec::new();
    }
    let mut rows = vec![vec![false; switches], vec![true; switches]];
    // What is left to be seen: one off and the other on.
    let mut open: Vec<(usize, usize)> = (0..considered)
        .flat_map(|off| (0..considered).map(move |on| (off, on)))
        .filter(|(off, on)| off != on)
        .collect();
    while !open.is_empty() && rows.len() < limit {
        let row = row(switches, &open);
        let before = open.len();
        open.retain(|(off, on)| !(row.get(*off) == Some(&false) && row.get(*on) == Some(&true)));
        if open.len() == before {
            break;
        }
        rows.push(row);
    }
    rows.truncate(limit);
    rows
}

/// A row that sees many open pairs: starts with one of them and sets every other switch the way that
/// sees more.
fn row(switches: usize, open: &[(usize, usize)]) -> Vec<bool> {
    let mut set: Vec<Option<bool>> = vec![None; switches];
    if let Some((off, on)) = open.first() {
        for (switch, value) in [(*off, false), (*on, true)] {
            if let Some(slot) = set.get_mut(switch) {
                *slot = Some(value);
            }
        }
    }
    for switch in 0..switches {
        if set.get(switch).is_some_and(Option::is_some) {
            continue;
        }
        let at = |other: usize| set.get(other).copied().flatten();
        let gain = |value: bool| {
            open.iter()
                .filter(|(off, on)| {
                    // A pair whose other switch is open yet may still be seen.
                    (*off == switch && !value && at(*on) != Some(false))
                        || (*on == switch && value && at(*off) != Some(true))
                })
                .count()
        };
        let value = gain(true) > gain(false) || gain(true) == gain(false) && switch % 2 == 1;
        if let Some(slot) = set.get_mut(switch) {
            *slot = Some(value);
        }
    }
    set.into_iter()
        .map(|value| value.unwrap_or(false))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_pair_is_seen_in_all_four_ways_in_few_rows() {
        for (switches, most) in [(2, 4), (3, 5), (7, 9), (15, 12), (30, 14), (64, 18)] {
            let rows = pairs(switches, 1_000);
            assert!(rows.len() <= most, "{switches}: {}", rows.len());
            for one in 0..switches {
                for other in 0..switches {
                    for (first, second) in [(false, false), (false, true), (true, true)] {
                        let seen = rows
                            .iter()
                            .any(|row| row[one] == first && row[other] == second);
                        assert!(seen || one == other, "{switches} {one} {other}");
                    }
                }
            }
        }
        assert!(pairs(1, 10).is_empty());
        assert_eq!(pairs(9, 3).len(), 3);
    }
}
