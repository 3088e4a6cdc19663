//! `wrapped`: the widths of columns that must share a line.

/// What is known about one column before its width is settled.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Measured {
    /// Width of the name.
    pub(super) header: usize,
    /// Width of the widest cell, or of the name if that is wider.
    pub(super) widest: usize,
    /// Width of all cells together.
    pub(super) sum: u64,
}

/// Widths with which a line takes at most `room` columns, `borders` of them for what stands between
/// the cells. Where not even the names fit, nothing is made narrower.
///
/// As in psql the column whose widest cell is the farthest from its average gives way first, and
/// wide columns before narrow ones, so that few cells wrap.
pub(super) fn fit(columns: &[Measured], rows: usize, borders: usize, room: usize) -> Vec<usize> {
    let mut widths: Vec<usize> = columns.iter().map(|c| c.widest).collect();
    let names: usize = columns.iter().map(|c| c.header).sum();
    if room == 0 || room < borders + names || rows == 0 {
        return widths;
    }
    let average = |column: &Measured| column.sum / rows as u64;
    let averages: Vec<u64> = columns.iter().map(average).collect();
    let mut total = borders + widths.iter().sum::<usize>();
    while total > room {
        let mut worst = None;
        let mut worst_ratio = 0.0;
        for (index, column) in columns.iter().enumerate() {
            if averages[index] == 0 || widths[index] <= column.header {
                continue;
            }
            let ratio = widths[index] as f64 / averages[index] as f64 + column.widest as f64 * 0.01;
            if ratio > worst_ratio {
                worst_ratio = ratio;
                worst = Some(index);
            }
        }
        let Some(worst) = worst else { break };
        widths[worst] -= 1;
        total -= 1;
    }
    widths
}

#[cfg(test)]
mod tests {
    use super::*;

    fn column(header: usize, widest: usize, sum: u64) -> Measured {
        Measured {
            header,
            widest,
            sum,
        }
    }

    #[test]
    fn the_column_with_the_rarest_wide_cells_gives_way() {
        let (even, odd) = (column(2, 10, 100), column(2, 40, 60));
        assert_eq!(fit(&[even, odd], 10, 5, 55), [10, 40]);
        assert_eq!(fit(&[even, odd], 10, 5, 40), [10, 25]);
        // Names are never cut: then the line is too wide.
        assert_eq!(fit(&[even, odd], 10, 5, 8), [10, 40]);
        assert_eq!(fit(&[column(9, 9, 90), odd], 10, 5, 16), [9, 2]);
    }
}
