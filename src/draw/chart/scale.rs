//! Axes: round numbers, the bins of a histogram, numbers in few characters.

/// The part of an axis that is shown; never empty.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Scale {
    pub low: f64,
    pub high: f64,
}

impl Scale {
    /// Around all the numbers; with `zero` around 0 too.
    pub(super) fn of(numbers: impl Iterator<Item = f64>, zero: bool) -> Scale {
        let start = if zero {
            (0.0, 0.0)
        } else {
            (f64::INFINITY, f64::NEG_INFINITY)
        };
        let (low, high) = numbers.fold(start, |(low, high), n| (low.min(n), high.max(n)));
        match (low, high) {
            (low, high) if low < high => Scale { low, high },
            (low, _) if low.is_finite() => Scale {
                low: low - 0.5,
                high: low + 0.5,
            },
            _ => Scale {
                low: 0.0,
                high: 1.0,
            },
        }
    }

    /// Between 0 and 1.
    pub(super) fn part(self, number: f64) -> f64 {
        // Halves first: the difference of two huge numbers is none.
        let wide = self.high / 2.0 - self.low / 2.0;
        ((number / 2.0 - self.low / 2.0) / wide).clamp(0.0, 1.0)
    }

    /// The place among `cells` cells.
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        clippy::cast_precision_loss,
        reason = "a part between 0 and 1 of a screen"
    )]
    pub(super) fn cell(self, number: f64, cells: usize) -> usize {
        (self.part(number) * cells.saturating_sub(1) as f64).round() as usize
    }

    #[expect(clippy::cast_precision_loss, reason = "a part of a screen")]
    pub(super) fn at(self, cell: usize, cells: usize) -> f64 {
        let part = cell as f64 / cells.saturating_sub(1).max(1) as f64;
        self.low * (1.0 - part) + self.high * part
    }
}

/// A bin of a histogram: from `from` up to `to`, which only the last one includes.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Bin {
    pub from: f64,
    pub to: f64,
    pub count: usize,
}

/// Between 5 and 20 bins of equal, round width.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a number of bins"
)]
pub(super) fn bins(numbers: &[f64]) -> Vec<Bin> {
    let scale = Scale::of(numbers.iter().copied(), false);
    let mut bins = between(scale, numbers.len());
    let (first, last) = (bins[0], bins.len() - 1);
    for number in numbers {
        let at = (number / 2.0 - first.from / 2.0) / (first.to / 2.0 - first.from / 2.0);
        bins[(at.floor().max(0.0) as usize).min(last)].count += 1;
    }
    bins
}

/// At least one bin, for so many numbers within the scale; none of them counted.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    clippy::cast_precision_loss,
    reason = "a number of bins"
)]
pub(super) fn between(scale: Scale, numbers: usize) -> Vec<Bin> {
    let wanted = (numbers as f64).sqrt().clamp(5.0, 20.0);
    let width = round_up((scale.high / wanted) - (scale.low / wanted));
    let first = (scale.low / width).floor();
    let count = ((scale.high / width).floor() - first) as usize + 1;
    // The highest number may be the end of the last bin.
    let count = match count {
        2.. if (first + count as f64 - 1.0) * width >= scale.high => count - 1,
        count => count,
    };
    (0..count.min(64))
        .map(|at| Bin {
            from: (first + at as f64) * width,
            to: (first + at as f64 + 1.0) * width,
            count: 0,
        })
        .collect()
}

/// The next of 1, 2, 5, 10, 20, 50 …
fn round_up(width: f64) -> f64 {
    let power = 10f64.powf(width.log10().floor());
    let steps = [1.0, 2.0, 5.0, 10.0];
    let step = steps.iter().find(|s| **s * power >= width * (1.0 - 1e-9));
    step.unwrap_or(&10.0) * power
}

/// A number in few characters: `1.2M`, `0.003`, `15`.
pub(super) fn short(number: f64) -> String {
    let size = number.abs();
    let units = [(1e12, "T"), (1e9, "G"), (1e6, "M"), (1e4, "k")];
    if size >= 1e15 || (size > 0.0 && size < 1e-3) {
        return format!("{number:.1e}");
    }
    for (unit, name) in units {
        if size >= unit {
            let unit = if name == "k" { 1e3 } else { unit };
            return format!("{}{name}", plain(number / unit, 1));
        }
    }
    let digits = if size >= 100.0 {
        0
    } else if size >= 1.0 {
        1
    } else {
        3
    };
    plain(number, digits)
}

fn plain(number: f64, digits: usize) -> String {
    let text = format!("{number:.digits$}");
    let text = match text.contains('.') {
        true => text.trim_end_matches('0').trim_end_matches('.').to_string(),
        false => text,
    };
    match text.as_str() {
        "-0" => "0".into(),
        _ => text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_short() {
        for (number, expected) in [
            (0.0, "0"),
            (15.0, "15"),
            (12.34, "12.3"),
            (1234.5, "1234"),
            (-0.01, "-0.01"),
            (12_345.0, "12.3k"),
            (2_500_000.0, "2.5M"),
            (1e-9, "1.0e-9"),
            (-0.0001, "-1.0e-4"),
            (4e300, "4.0e300"),
        ] {
            assert_eq!(short(number), expected);
        }
    }

    #[test]
    fn bins_are_round_and_hold_every_number() {
        let numbers: Vec<f64> = (0..100).map(f64::from).collect();
        let found = bins(&numbers);
        assert_eq!(found.len(), 10);
        assert!(found.iter().all(|bin| bin.count == 10));
        for odd in [
            &[3.0][..],
            &[1e300, -1e300],
            &[1.0, 1.0, 1.0],
            &[0.1, 0.2, 0.3],
            &[f64::MIN, f64::MAX],
            &[1e15, 1e15 + 1.0],
        ] {
            let found = bins(odd);
            let held: usize = found.iter().map(|bin| bin.count).sum();
            assert_eq!(held, odd.len(), "{} bins", found.len());
        }
    }

    #[test]
    fn a_scale_is_never_empty() {
        for numbers in [&[][..], &[5.0], &[f64::MIN, f64::MAX]] {
            let scale = Scale::of(numbers.iter().copied(), false);
            assert!(scale.low < scale.high);
            let part = scale.part(scale.high);
            assert!((part - 1.0).abs() < 1e-9, "{part}");
        }
    }
}
