//! `xlsx`: a spreadsheet, one sheet a million rows. Cells go to a file of the library's as they
//! come; the packed whole is in memory once, at the end.
//!
//! A spreadsheet's numbers have fifteen digits: what has more is written as text.

use super::{FormatOptions, RowWriter};

#[cfg(not(feature = "xlsx"))]
pub(super) fn new(_: &FormatOptions) -> Box<dyn RowWriter> {
    super::missing("xlsx")
}

#[cfg(feature = "xlsx")]
pub(super) fn new(options: &FormatOptions) -> Box<dyn RowWriter> {
    if options.terminal {
        return super::unreadable("xlsx");
    }
    Box::new(writer::Xlsx::new(!options.tuples_only))
}

#[cfg(feature = "xlsx")]
mod writer {
    use crate::data::{Cell, CellKind, Column, RowBatch, Summary};
    use crate::format::RowWriter;
    use rust_xlsxwriter::{Format, Workbook, Worksheet, XlsxError};
    use std::io::{self, Write};

    /// Rows of a sheet, the header among them.
    const ROWS: u32 = 1_048_576;
    /// Digits of a number that come back as they were.
    const DIGITS: usize = 15;

    pub(super) struct Xlsx {
        header: bool,
        columns: Vec<Column>,
        book: Workbook,
        row: u32,
    }

    impl Xlsx {
        pub(super) fn new(header: bool) -> Self {
            Xlsx {
                header,
                columns: Vec::new(),
                book: Workbook::new(),
                row: 0,
            }
        }

        fn new_sheet(&mut self) -> Result<(), XlsxError> {
            let sheet = self.book.add_worksheet_with_constant_memory()?;
            self.row = 0;
            if self.header {
                let bold = Format::new().set_bold();
                for (index, column) in (0..).zip(&self.columns) {
                    sheet.write_string_with_format(0, index, column.name.as_str(), &bold)?;
                }
                self.row = 1;
            }
            Ok(())
        }

        fn write(&mut self, batch: &RowBatch) -> Result<(), XlsxError> {
            for row in batch.rows() {
                if self.row == ROWS {
                    self.new_sheet()?;
                }
                let at = self.row;
                let last = self.book.worksheets().len() - 1;
                let sheet = self.book.worksheet_from_index(last)?;
                for (index, cell) in (0..).zip(row.cells()) {
                    write_cell(sheet, at, index, cell)?;
                }
                self.row += 1;
            }
            Ok(())
        }
    }

    fn write_cell(
        sheet: &mut Worksheet,
        row: u32,
        column: u16,
        cell: Cell<'_>,
    ) -> Result<(), XlsxError> {
        let text = String::from_utf8_lossy(cell.text);
        match cell.kind {
            CellKind::Null => return Ok(()),
            CellKind::Bool => sheet.write_boolean(row, column, cell.text == b"t")?,
            CellKind::Number => match number(&text) {
                Some(number) => sheet.write_number(row, column, number)?,
                None => sheet.write_string(row, column, text)?,
            },
            _ => sheet.write_string(row, column, text)?,
        };
        Ok(())
    }

    /// The number, where a spreadsheet keeps all of its digits.
    fn number(text: &str) -> Option<f64> {
        let digits = text.split(['e', 'E']).next()?;
        let digits = digits.trim_start_matches(['-', '0', '.']);
        let count = digits.bytes().filter(u8::is_ascii_digit).count();
        let number: f64 = text.parse().ok()?;
        (count <= DIGITS && number.is_finite()).then_some(number)
    }

    fn failed(error: &XlsxError) -> io::Error {
        let text = match error {
            XlsxError::MaxStringLengthExceeded => {
                "a cell has more than the 32767 characters that a spreadsheet holds".to_string()
            }
            XlsxError::RowColumnLimitError => {
                "the result has more than the 16384 columns that a spreadsheet holds".to_string()
            }
            other => other.to_string(),
        };
        io::Error::other(text)
    }

    impl RowWriter for Xlsx {
        fn begin(&mut self, columns: &[Column], _: &mut dyn Write) -> io::Result<()> {
            self.columns = columns.to_vec();
            self.book = Workbook::new();
            self.new_sheet().map_err(|e| failed(&e))
        }

        fn rows(&mut self, batch: &RowBatch, _: &mut dyn Write) -> io::Result<()> {
            self.write(batch).map_err(|e| failed(&e))
        }

        fn flush(&mut self, _: &mut dyn Write) -> io::Result<()> {
            Ok(())
        }

        fn end(&mut self, _: &Summary, out: &mut dyn Write) -> io::Result<()> {
            let bytes = self.book.save_to_buffer().map_err(|e| failed(&e))?;
            out.write_all(&bytes)
        }
    }

    #[cfg(test)]
    mod tests {
        use super::*;

        #[test]
        fn a_number_is_one_only_with_all_its_digits() {
            for (text, expected) in [
                ("12.50", Some(12.5)),
                ("-0.001", Some(-0.001)),
                ("123456789012345", Some(123_456_789_012_345.0)),
                ("1234567890123456", None),
                ("0.1234567890123456", None),
                ("1e20", Some(1e20)),
                ("NaN", None),
                ("Infinity", None),
            ] {
                assert_eq!(number(text), expected, "{text}");
            }
        }

        #[test]
        fn the_file_is_a_spreadsheet() {
            let mut xlsx = Xlsx::new(true);
            let column = Column {
                name: "a".into(),
                ..Column::default()
            };
            let mut out = Vec::new();
            xlsx.begin(&[column], &mut out).expect("a sheet");
            let mut batch = RowBatch::new(1);
            batch.push(CellKind::Number, b"1.5");
            batch.end_row();
            xlsx.rows(&batch, &mut out).expect("a row");
            assert!(out.is_empty());
            xlsx.end(&Summary::default(), &mut out).expect("the end");
            assert!(out.starts_with(b"PK\x03\x04"));
        }
    }
}
