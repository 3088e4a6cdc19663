//! "Did you mean …?": the nearest of some names, by edit distance.

/// The name nearest to `wanted`, if any is near enough to be a slip of the finger.
pub fn nearest<'n>(wanted: &str, names: impl IntoIterator<Item = &'n str>) -> Option<&'n str> {
    let limit = (wanted.chars().count() / 3).max(1);
    names
        .into_iter()
        .map(|name| (distance(wanted, name), name))
        .filter(|(d, name)| *d <= limit && is_like(wanted, name))
        .min_by_key(|(d, _)| *d)
        .map(|(_, name)| name)
}

/// The names nearest to `wanted`, where several are equally near; each once, in order.
pub fn nearest_few<'n>(
    wanted: &str,
    names: impl IntoIterator<Item = &'n str>,
    most: usize,
) -> Vec<&'n str> {
    let length = wanted.chars().count();
    let limit = (length / 3).max(1);
    let mut near: Vec<(usize, &str)> = names
        .into_iter()
        // Most names are of another length, which is cheap to see.
        .filter(|name| name.len() + limit >= length && name.len() <= 4 * (length + limit))
        .map(|name| (distance(wanted, name), name))
        .filter(|(d, name)| *d <= limit && is_like(wanted, name))
        .collect();
    near.sort_unstable();
    near.dedup();
    let best = near.first().map_or(0, |(d, _)| *d);
    near.retain(|(d, _)| *d == best);
    near.into_iter().take(most).map(|(_, name)| name).collect()
}

/// Whether a name of one or two letters can be a slip for the other: it begins as that does, or has
/// its two letters in the other order. Nearly every short name is one step from every other.
fn is_like(wanted: &str, name: &str) -> bool {
    let letters = |text: &str| -> Vec<char> {
        let lower = text.chars().map(|c| c.to_ascii_lowercase());
        lower.take(3).collect()
    };
    match (&letters(wanted)[..], &letters(name)[..]) {
        ([_, _, _], _) | ([], _) => true,
        ([a, b], [c, d]) if (a, b) == (d, c) => true,
        ([first, ..], [other, ..]) => first == other,
        _ => false,
    }
}

/// Insertions, deletions, replacements and swaps of neighbours that lead from `a` to `b` (optimal
/// string alignment), without regard to ASCII case.
pub fn distance(a: &str, b: &str) -> usize {
    let a: Vec<char> = a.chars().map(|c| c.to_ascii_lowercase()).collect();
    let b: Vec<char> = b.chars().map(|c| c.to_ascii_lowercase()).collect();
    let mut rows: [Vec<usize>; 3] = [
        vec![0; b.len() + 1],
        (0..=b.len()).collect(),
        vec![0; b.len() + 1],
    ];
    for i in 1..=a.len() {
        rows[2][0] = i;
        for j in 1..=b.len() {
            let change = usize::from(a[i - 1] != b[j - 1]);
            let mut best = (rows[1][j] + 1)
                .min(rows[2][j - 1] + 1)
                .min(rows[1][j - 1] + change);
            if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                best = best.min(rows[0][j - 2] + 1);
            }
            rows[2][j] = best;
        }
        rows.rotate_left(1);
    }
    rows[1][b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn short_names_are_near_only_if_they_begin_alike() {
        let names = ["b", "d", "id", "xy", "ei", "total"];
        for (wanted, near) in [
            ("x", &["xy"][..]),
            ("ie", &["ei", "id"]),
            ("i", &["id"]),
            ("ix", &["id"]),
            ("c", &[]),
            ("zz", &[]),
            ("totla", &["total"]),
        ] {
            assert_eq!(nearest_few(wanted, names, 5), near, "{wanted}");
        }
    }

    #[test]
    fn slips_are_found_and_strangers_are_not() {
        let names = ["format", "border", "pager"];
        for (wanted, near) in [
            ("fromat", Some("format")),
            ("Borders", Some("border")),
            ("pgaer", Some("pager")),
            ("quiet", None),
            ("p", None),
            ("", None),
        ] {
            assert_eq!(nearest(wanted, names), near, "{wanted}");
        }
    }
}
