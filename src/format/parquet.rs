//! `parquet`: columns of values, packed. Rows wait until there are enough for a group, some
//! megabytes; types of the database become types of the file, and what has no like is text.

use super::{FormatOptions, RowWriter};

#[cfg(not(feature = "parquet"))]
pub(super) fn new(_: &FormatOptions) -> Box<dyn RowWriter> {
    super::missing("parquet")
}

#[cfg(feature = "parquet")]
pub(super) fn new(options: &FormatOptions) -> Box<dyn RowWriter> {
    if options.terminal {
        return super::unreadable("parquet");
    }
    Box::<writer::Parquet>::default()
}

#[cfg(feature = "parquet")]
mod values;

#[cfg(feature = "parquet")]
mod writer {
    use super::values::{Kind, kind, write_column};
    use crate::data::{Column, RowBatch, Summary};
    use crate::format::RowWriter;
    use parquet::basic::Compression;
    use parquet::errors::ParquetError;
    use parquet::file::properties::WriterProperties;
    use parquet::file::writer::SerializedFileWriter;
    use parquet::schema::types::Type;
    use std::io::{self, Write};
    use std::sync::Arc;
    use std::sync::mpsc::{Receiver, Sender, channel};

    /// Bytes of rows that make a group.
    const GROUP: usize = 8 << 20;

    /// Where the library writes: what it has written is handed on after each call.
    struct Pipe(Sender<Vec<u8>>);

    impl Write for Pipe {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            match self.0.send(bytes.to_vec()) {
                Ok(()) => Ok(bytes.len()),
                Err(_) => Err(io::ErrorKind::BrokenPipe.into()),
            }
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    struct File {
        writer: SerializedFileWriter<Pipe>,
        written: Receiver<Vec<u8>>,
        columns: Vec<(String, Kind)>,
        waiting: Vec<RowBatch>,
        bytes: usize,
    }

    #[derive(Default)]
    pub(super) struct Parquet(Option<File>);

    fn failed(error: &ParquetError) -> io::Error {
        match error {
            ParquetError::General(text) => io::Error::other(text.clone()),
            other => io::Error::other(other.to_string()),
        }
    }

    impl File {
        fn begin(columns: &[Column]) -> Result<File, ParquetError> {
            let columns: Vec<(String, Kind)> =
                columns.iter().map(|c| (c.name.clone(), kind(c))).collect();
            let fields: Result<Vec<_>, _> = columns
                .iter()
                .map(|(name, kind)| kind.field(name).map(Arc::new))
                .collect();
            let schema = Type::group_type_builder("result")
                .with_fields(fields?)
                .build()?;
            let properties = WriterProperties::builder()
                .set_compression(Compression::SNAPPY)
                .set_created_by(concat!("sqwire ", env!("CARGO_PKG_VERSION")).into())
                .build();
            let (sender, written) = channel();
            let writer =
                SerializedFileWriter::new(Pipe(sender), Arc::new(schema), Arc::new(properties))?;
            Ok(File {
                writer,
                written,
                columns,
                waiting: Vec::new(),
                bytes: 0,
            })
        }

        fn write_group(&mut self) -> Result<(), ParquetError> {
            if self.waiting.is_empty() {
                return Ok(());
            }
            let mut group = self.writer.next_row_group()?;
            let mut index = 0;
            while let Some(mut column) = group.next_column()? {
                let (name, kind) = &self.columns[index];
                write_column(&mut column, name, *kind, &self.waiting, index)?;
                column.close()?;
                index += 1;
            }
            group.close()?;
            self.waiting.clear();
            self.bytes = 0;
            Ok(())
        }

        fn hand_on(&self, out: &mut dyn Write) -> io::Result<()> {
            self.written
                .try_iter()
                .try_for_each(|bytes| out.write_all(&bytes))
        }
    }

    impl RowWriter for Parquet {
        fn begin(&mut self, columns: &[Column], _: &mut dyn Write) -> io::Result<()> {
            self.0 = Some(File::begin(columns).map_err(|e| failed(&e))?);
            Ok(())
        }

        fn rows(&mut self, batch: &RowBatch, out: &mut dyn Write) -> io::Result<()> {
            let Some(file) = &mut self.0 else {
                return Ok(());
            };
            file.bytes += batch.bytes() + batch.len() * batch.columns() * 5;
            file.waiting.push(batch.clone());
            if file.bytes >= GROUP {
                file.write_group().map_err(|e| failed(&e))?;
            }
            file.hand_on(out)
        }

        fn flush(&mut self, _: &mut dyn Write) -> io::Result<()> {
            Ok(())
        }

        fn end(&mut self, _: &Summary, out: &mut dyn Write) -> io::Result<()> {
            let Some(mut file) = self.0.take() else {
                return Ok(());
            };
            file.write_group().map_err(|e| failed(&e))?;
            file.writer.finish().map_err(|e| failed(&e))?;
            file.hand_on(out)
        }
    }
}
