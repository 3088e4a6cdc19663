//! What comes back from a database: columns, batches of cells, notices, the summary of a statement.
//!
//! Cells hold the server's own text plus a tag; nothing is parsed and printed again, so the last
//! digit is the server's.

/// The two lower-case hexadecimal digits of a byte.
pub fn hex(byte: u8) -> [u8; 2] {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    [byte >> 4, byte & 15].map(|digit| DIGITS[usize::from(digit)])
}

/// The hexadecimal digits of bytes, as text.
pub fn hex_text(bytes: &[u8]) -> String {
    let digits = bytes.iter().flat_map(|byte| hex(*byte));
    digits.map(char::from).collect()
}

/// How a column is aligned in a table.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Align {
    #[default]
    Left,
    Right,
}

/// One column of a result.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Column {
    pub name: String,
    /// The server's name for the type (`int4`, `varchar`, `TEXT`); empty where it has none.
    pub type_name: String,
    pub align: Align,
    /// No cell is NULL, as the server promises.
    pub not_null: bool,
    /// The declared length in characters, bits or digits, where the server says so.
    pub length: Option<u32>,
    /// Declared digits behind the point.
    pub scale: Option<u32>,
    /// Everything else that the server says, where somebody has asked for it.
    pub origin: Option<Box<Origin>>,
}

/// Where a column comes from and how the server has it, as MySQL's protocol says it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Origin {
    pub name: String,
    pub schema: String,
    /// By the name that the statement gives it.
    pub table: String,
    pub own_table: String,
    /// `VAR_STRING`, `LONG` …
    pub wire_type: &'static str,
    pub collation: u16,
    pub collation_name: &'static str,
    /// Bytes.
    pub length: u32,
    pub decimals: u8,
    /// `NOT_NULL`, `PRI_KEY` …
    pub flags: Vec<&'static str>,
}

/// What a cell's text is, as far as a format must know it (JSON does not quote numbers).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CellKind {
    Null,
    /// PostgreSQL's `t` and `f`.
    Bool,
    /// Decimal digits as the server wrote them; also `NaN` and `Infinity`, which JSON must quote.
    Number,
    Text,
    /// A JSON document, as the server wrote it.
    Json,
    /// Bytes, already in the server's own literal form (`\x6162`, `0x6162`, `x'6162'`).
    Bytes,
}

/// One cell. `text` is UTF-8 except where the database itself stores something else.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cell<'a> {
    pub kind: CellKind,
    pub text: &'a [u8],
}

/// Bytes after which a driver hands a batch on.
pub const BATCH_BYTES: usize = 64 * 1024;
/// Rows after which a driver hands a batch on, however small they are.
pub const BATCH_ROWS: usize = 4096;

/// Rows of one result, in one byte arena: a fixed number of allocations a batch, not one a cell.
#[derive(Debug, Clone, Default)]
pub struct RowBatch {
    columns: usize,
    rows: usize,
    arena: Vec<u8>,
    ends: Vec<u32>,
    kinds: Vec<CellKind>,
}

impl RowBatch {
    /// An empty batch for rows of `columns` cells.
    pub fn new(columns: usize) -> Self {
        RowBatch {
            columns,
            ..RowBatch::default()
        }
    }

    /// As `new`, with room for a whole batch: for results that are likely to be large.
    pub fn with_room(columns: usize) -> Self {
        let cells = (columns * 512).min(8192);
        RowBatch {
            columns,
            rows: 0,
            arena: Vec::with_capacity(BATCH_BYTES + BATCH_BYTES / 8),
            ends: Vec::with_capacity(cells),
            kinds: Vec::with_capacity(cells),
        }
    }

    /// Appends one cell; after `columns` of them call `end_row`.
    pub fn push(&mut self, kind: CellKind, text: &[u8]) {
        self.arena.extend_from_slice(text);
        self.close_cell(kind);
    }

    pub fn push_null(&mut self) {
        self.close_cell(CellKind::Null);
    }

    /// Appends one cell that `write` renders straight into the arena.
    pub fn push_with(&mut self, kind: CellKind, write: impl FnOnce(&mut Vec<u8>)) {
        write(&mut self.arena);
        self.close_cell(kind);
    }

    fn close_cell(&mut self, kind: CellKind) {
        // A batch is handed on after 64 KB; only one huge value can make it larger, and no
        // server sends a value of 4 GB.
        self.ends
            .push(u32::try_from(self.arena.len()).unwrap_or(u32::MAX));
        self.kinds.push(kind);
    }

    /// Ends a row, also one without columns.
    pub fn end_row(&mut self) {
        self.rows += 1;
        debug_assert_eq!(self.ends.len(), self.rows * self.columns);
    }

    /// Keeps the first `rows` rows.
    pub fn truncate(&mut self, rows: usize) {
        if rows >= self.rows {
            return;
        }
        let cells = rows * self.columns;
        self.rows = rows;
        self.ends.truncate(cells);
        self.kinds.truncate(cells);
        self.arena
            .truncate(self.ends.last().map_or(0, |end| *end as usize));
    }

    /// Adds a whole row.
    pub fn push_row(&mut self, row: Row<'_>) {
        for cell in row.cells() {
            self.push(cell.kind, cell.text);
        }
        self.end_row();
    }

    /// Number of rows.
    pub fn len(&self) -> usize {
        self.rows
    }

    pub fn is_empty(&self) -> bool {
        self.rows == 0
    }

    /// Whether it is time to hand the batch on.
    pub fn is_full(&self) -> bool {
        self.arena.len() >= BATCH_BYTES || self.rows >= BATCH_ROWS
    }

    /// Bytes of text in the batch.
    pub fn bytes(&self) -> usize {
        self.arena.len()
    }

    /// Bytes of memory that the batch holds.
    pub fn footprint(&self) -> usize {
        size_of::<Self>()
            + self.arena.capacity()
            + self.ends.capacity() * size_of::<u32>()
            + self.kinds.capacity()
    }

    pub fn rows(&self) -> impl Iterator<Item = Row<'_>> {
        (0..self.rows).map(|index| self.row(index))
    }

    /// The row `index`; rows count from 0.
    pub fn row(&self, index: usize) -> Row<'_> {
        Row {
            batch: self,
            first: index * self.columns,
        }
    }

    /// Cells in a row.
    pub fn columns(&self) -> usize {
        self.columns
    }

    /// The text of all cells, joined, row by row: a writer that looks for special characters looks
    /// through it once instead of through each cell.
    pub fn text(&self) -> &[u8] {
        &self.arena
    }

    /// All cells, row by row: the quickest way through a batch.
    pub fn cells(&self) -> impl Iterator<Item = Cell<'_>> {
        let mut start = 0;
        self.ends.iter().zip(&self.kinds).map(move |(&end, &kind)| {
            let text = &self.arena[start..end as usize];
            start = end as usize;
            Cell { kind, text }
        })
    }
}

/// One row of a batch.
#[derive(Debug, Clone, Copy)]
pub struct Row<'a> {
    batch: &'a RowBatch,
    first: usize,
}

impl<'a> Row<'a> {
    /// The cell of column `index`; columns count from 0.
    pub fn cell(&self, index: usize) -> Cell<'a> {
        let at = self.first + index;
        let start = if at == 0 {
            0
        } else {
            self.batch.ends[at - 1] as usize
        };
        Cell {
            kind: self.batch.kinds[at],
            text: &self.batch.arena[start..self.batch.ends[at] as usize],
        }
    }

    pub fn cells(self) -> impl Iterator<Item = Cell<'a>> {
        (0..self.batch.columns).map(move |index| self.cell(index))
    }

    /// Number of cells.
    pub fn len(&self) -> usize {
        self.batch.columns
    }

    pub fn is_empty(&self) -> bool {
        self.batch.columns == 0
    }
}

/// A message that a server sends beside results: NOTICE, WARNING, INFO.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Notice {
    /// `NOTICE`, `WARNING`, `Note` … in the server's words.
    pub severity: String,
    pub message: String,
    pub detail: Option<String>,
    pub hint: Option<String>,
    pub code: Option<String>,
    /// Where in a function body it happened.
    pub context: Option<String>,
    /// Character of the statement, counted from 1; of the internal query where there is one.
    pub position: Option<u32>,
    /// A statement of a function's body that it is about.
    pub query: Option<String>,
    /// What psql shows where everything is wanted: `SCHEMA NAME` … `LOCATION`.
    pub more: Vec<(&'static str, String)>,
}

/// How much a row of a result of ours deserves a look.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Mark {
    #[default]
    None,
    Warm,
    Hot,
}

/// The end of one statement, or of one result set of it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Summary {
    /// What the server says it did: `SELECT 3`, `INSERT 0 1`, `Query OK, 1 row affected`.
    pub tag: String,
    /// Rows returned, or rows changed where none are returned.
    pub rows: u64,
}
