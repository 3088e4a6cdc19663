//! A catalog as bytes, for the cache on the disk: what is flat in memory is flat there, so that
//! reading it takes a few milliseconds where JSON takes a second.
//!
//! Whatever the bytes are, `decode` gives a catalog that every reader can use, or nothing.

use super::*;
use crate::sql::dialect;

const MAGIC: &[u8; 8] = b"sqwcat\r\n";
/// Grows with each change of the format; other versions are not read.
const VERSION: u32 = 1;
/// Magic, version, checksum.
const HEADER: usize = 20;

/// The catalog as bytes, with a checksum.
pub fn encode(catalog: &Catalog) -> Vec<u8> {
    let mut out = Vec::new();
    out.extend_from_slice(MAGIC);
    VERSION.put(&mut out);
    0u64.put(&mut out);
    catalog.dialect.name.to_string().put(&mut out);
    for text in [&catalog.server_version, &catalog.database, &catalog.user] {
        text.put(&mut out);
    }
    for list in [
        &catalog.search_path,
        &catalog.databases,
        &catalog.roles,
        &catalog.settings,
        &catalog.charsets,
        &catalog.collations,
    ] {
        list.put(&mut out);
    }
    catalog.schemas.put(&mut out);
    let (text, ends) = catalog.strings.parts();
    text.to_string().put(&mut out);
    ends.to_vec().put(&mut out);
    catalog.relations.put(&mut out);
    catalog.columns.put(&mut out);
    catalog.extras.put(&mut out);
    catalog.lists.put(&mut out);
    catalog.indexes.put(&mut out);
    catalog.foreign_keys.put(&mut out);
    let sum = checksum(&out[HEADER..]).to_le_bytes();
    out[HEADER - sum.len()..HEADER].copy_from_slice(&sum);
    out
}

/// The catalog of the bytes; `None` if they are of another version, cut off, or damaged.
pub fn decode(bytes: &[u8]) -> Option<Catalog> {
    let mut header = bytes.strip_prefix(MAGIC)?;
    let (version, sum) = (u32::take(&mut header)?, u64::take(&mut header)?);
    let mut body = header;
    if version != VERSION || sum != checksum(body) {
        return None;
    }
    let catalog = read(&mut body)?;
    body.is_empty().then_some(catalog)
}

fn read(from: &mut &[u8]) -> Option<Catalog> {
    let mut catalog = Catalog {
        version: 0,
        dialect: dialect::by_name(&String::take(from)?)?,
        server_version: Pack::take(from)?,
        database: Pack::take(from)?,
        user: Pack::take(from)?,
        search_path: Pack::take(from)?,
        databases: Pack::take(from)?,
        roles: Pack::take(from)?,
        settings: Pack::take(from)?,
        charsets: Pack::take(from)?,
        collations: Pack::take(from)?,
        schemas: Pack::take(from)?,
        strings: Arc::new(Strings::from_parts(Pack::take(from)?, Pack::take(from)?)?),
        relations: Pack::take(from)?,
        columns: Pack::take(from)?,
        extras: Pack::take(from)?,
        lists: Pack::take(from)?,
        indexes: Pack::take(from)?,
        foreign_keys: Pack::take(from)?,
        lookup: Arc::default(),
    };
    if !catalog.is_sound() {
        return None;
    }
    catalog.prepare();
    Some(catalog)
}

impl Catalog {
    /// Whether every number in it points at something, and the orders are as promised.
    fn is_sound(&self) -> bool {
        let strings = self.strings.len();
        let known = |symbols: &[Symbol]| symbols.iter().all(|s| (s.0 as usize) < strings);
        let (lists, columns, indexes) = (self.lists.len(), self.columns.len(), self.indexes.len());
        let relation = |r: &RelationData| {
            known(&[r.name, r.comment, r.extension, r.partition_of])
                && (r.schema as usize) < self.schemas.len()
                && r.columns.fits(columns)
                && r.indexes.fits(indexes)
        };
        let column = |c: &ColumnData| {
            known(&[c.name, c.type_name, c.default]) && c.extra as usize <= self.extras.len()
        };
        let extra = |e: &Extra| {
            known(&[e.comment]) && e.check_values.fits(lists) && e.common_values.fits(lists)
        };
        let end = |id: RelationId| (id.0 as usize) < self.relations.len();
        let key = |k: &KeyData| {
            end(k.from) && end(k.to) && k.from_columns.fits(lists) && k.to_columns.fits(lists)
        };
        let order = |r: &RelationData| (r.schema, self.strings.get(r.name));
        known(&self.lists)
            && self.relations.iter().all(relation)
            && self.columns.iter().all(column)
            && self.extras.iter().all(extra)
            && (self.indexes.iter()).all(|i| known(&[i.name]) && i.columns.fits(lists))
            && self.foreign_keys.iter().all(key)
            && self.schemas.is_sorted_by(|a, b| a.name < b.name)
            && self.relations.is_sorted_by(|a, b| order(a) < order(b))
    }
}

impl Span {
    fn fits(self, len: usize) -> bool {
        (self.start as usize)
            .checked_add(self.len as usize)
            .is_some_and(|end| end <= len)
    }
}

/// FNV-1a over words of eight bytes: against damage, not against malice.
fn checksum(bytes: &[u8]) -> u64 {
    let step = |hash: u64, word: u64| (hash ^ word).wrapping_mul(0x0100_0000_01b3).rotate_left(23);
    let mut words = bytes.chunks_exact(8);
    let mut hash = step(0xcbf2_9ce4_8422_2325, bytes.len() as u64);
    for word in words.by_ref() {
        let word = word.iter().rev();
        hash = step(
            hash,
            word.fold(0, |word, byte| word << 8 | u64::from(*byte)),
        );
    }
    let rest = words.remainder().iter();
    rest.fold(hash, |hash, byte| step(hash, u64::from(*byte)))
}

/// A value as bytes, little end first.
trait Pack: Sized {
    fn put(&self, out: &mut Vec<u8>);
    /// Takes the value off the front; `None` where it is cut off or makes no sense.
    fn take(from: &mut &[u8]) -> Option<Self>;
}

fn take_bytes<'a>(from: &mut &'a [u8], len: usize) -> Option<&'a [u8]> {
    let (bytes, rest) = from.split_at_checked(len)?;
    *from = rest;
    Some(bytes)
}

macro_rules! numbers {
    ($($type:ty),*) => {$(
        impl Pack for $type {
            fn put(&self, out: &mut Vec<u8>) {
                out.extend_from_slice(&self.to_le_bytes());
            }

            fn take(from: &mut &[u8]) -> Option<Self> {
                let bytes = take_bytes(from, size_of::<$type>())?;
                Some(<$type>::from_le_bytes(bytes.try_into().ok()?))
            }
        }
    )*};
}

numbers!(u8, u16, u32, u64);

impl Pack for bool {
    fn put(&self, out: &mut Vec<u8>) {
        out.push(u8::from(*self));
    }

    fn take(from: &mut &[u8]) -> Option<Self> {
        Some(u8::take(from)? != 0)
    }
}

impl Pack for String {
    fn put(&self, out: &mut Vec<u8>) {
        (self.len() as u64).put(out);
        out.extend_from_slice(self.as_bytes());
    }

    fn take(from: &mut &[u8]) -> Option<Self> {
        let len = usize::try_from(u64::take(from)?).ok()?;
        let bytes = take_bytes(from, len)?;
        std::str::from_utf8(bytes).ok().map(str::to_string)
    }
}

impl<T: Pack> Pack for Vec<T> {
    fn put(&self, out: &mut Vec<u8>) {
        (self.len() as u64).put(out);
        self.iter().for_each(|item| item.put(out));
    }

    fn take(from: &mut &[u8]) -> Option<Self> {
        // Each item takes a byte at least: a wrong number cannot ask for more than there is.
        let len = u64::take(from)?;
        if len > from.len() as u64 {
            return None;
        }
        let mut items = (0..len)
            .map(|_| T::take(from))
            .collect::<Option<Vec<T>>>()?;
        items.shrink_to_fit();
        Some(items)
    }
}

impl<T: Pack> Pack for Arc<T> {
    fn put(&self, out: &mut Vec<u8>) {
        T::put(self, out);
    }

    fn take(from: &mut &[u8]) -> Option<Self> {
        T::take(from).map(Arc::new)
    }
}

impl<T: Pack> Pack for Option<T> {
    fn put(&self, out: &mut Vec<u8>) {
        self.is_some().put(out);
        if let Some(value) = self {
            value.put(out);
        }
    }

    fn take(from: &mut &[u8]) -> Option<Self> {
        match bool::take(from)? {
            true => Some(Some(T::take(from)?)),
            false => Some(None),
        }
    }
}

/// Enums as the place of the variant in the list.
macro_rules! choices {
    ($type:ident: $($variant:ident),*) => {
        impl Pack for $type {
            fn put(&self, out: &mut Vec<u8>) {
                out.push(*self as u8);
            }

            fn take(from: &mut &[u8]) -> Option<Self> {
                let all = [$($type::$variant),*];
                all.get(usize::from(u8::take(from)?)).copied()
            }
        }
    };
}

choices!(RelationKind: Table, View, MaterializedView, ForeignTable, PartitionedTable, SystemTable);
choices!(RoutineKind: Function, Aggregate, Window, Procedure);
choices!(ArgumentMode: In, Out, InOut, Variadic, Table);

/// Structs field by field.
macro_rules! fields {
    ($type:ident: $($field:tt),*) => {
        impl Pack for $type {
            fn put(&self, out: &mut Vec<u8>) {
                $(self.$field.put(out);)*
            }

            fn take(from: &mut &[u8]) -> Option<Self> {
                Some($type { $($field: Pack::take(from)?),* })
            }
        }
    };
}

fields!(Symbol: 0);
fields!(RelationId: 0);
fields!(Span: start, len);
fields!(RelationData: rows, schema, name, comment, extension, partition_of, columns, indexes, kind);
fields!(ColumnData: name, type_name, default, extra, number, nullable, primary_key);
fields!(Extra: comment, check_values, common_values);
fields!(IndexData: name, columns, unique);
fields!(KeyData: from, to, from_columns, to_columns);
fields!(Schema: name, routines, types, sequences, extensions);
fields!(Routine: name, kind, returns, returns_set, arguments, extension);
fields!(Argument: name, type_name, mode, default);
fields!(TypeDef: name, labels, fields, extension);
fields!(Field: name, type_name);

#[cfg(test)]
mod tests {
    use super::*;

    fn json(catalog: &Catalog) -> String {
        let mut out = Vec::new();
        json::write(catalog, &mut out).expect("memory");
        String::from_utf8(out).expect("UTF-8")
    }

    #[test]
    fn a_catalog_comes_back_as_it_was() {
        for name in ["postgres", "mysql", "sqlite"] {
            let catalog = fixture::shop(name);
            let back = decode(&encode(&catalog)).expect("a catalog");
            assert_eq!(json(&back), json(&catalog));
            let id = back.find(None, "orders", &back.effective_path());
            assert_eq!(back.keys_of(id.expect("orders")).count(), 2);
            assert!(back.owners_of("user_id").len() >= 2);
        }
        let empty = Catalog::empty(&dialect::POSTGRES);
        assert!(decode(&encode(&empty)).is_some());
    }

    #[test]
    fn what_is_cut_off_or_damaged_or_of_another_version_is_nothing() {
        let bytes = encode(&fixture::shop("postgres"));
        for end in 0..bytes.len() {
            assert!(decode(&bytes[..end]).is_none(), "cut at {end}");
        }
        for at in 0..bytes.len() {
            let mut damaged = bytes.clone();
            damaged[at] ^= 1 << (at % 8);
            assert!(decode(&damaged).is_none(), "damaged at {at}");
        }
        let longer = [&bytes[..], b"x"].concat();
        assert!(decode(&longer).is_none());
    }

    /// Uses everything that a reader could trip over.
    fn visit(catalog: &Catalog) {
        let text = json(catalog);
        json::read(&text).expect("JSON that can be read");
        for id in (0..catalog.relations().len() as u32).map(RelationId) {
            let relation = catalog.relation(id);
            assert_eq!(catalog.relation_name(id), relation.name);
            assert!(catalog.keys_of(id).count() <= catalog.foreign_keys().len());
            catalog.find(None, relation.name, &catalog.effective_path());
            for column in relation.columns().iter() {
                assert!(catalog.owners_of(column.name).contains(&id));
            }
        }
    }

    #[test]
    fn damage_that_the_checksum_does_not_show_never_gives_a_broken_catalog() {
        let bytes = encode(&fixture::shop("postgres"));
        let mut random = 0x9e37_79b9_7f4a_7c15_u64;
        let mut read = 0;
        for _ in 0..20_000 {
            let mut damaged = bytes.clone();
            for _ in 0..=(random >> 62) {
                random = random
                    .wrapping_mul(6_364_136_223_846_793_005)
                    .wrapping_add(1);
                let at = HEADER + (random >> 33) as usize % (bytes.len() - HEADER);
                damaged[at] = match (random >> 58) & 3 {
                    0 => damaged[at].wrapping_add(1),
                    1 => damaged[at].wrapping_sub(1),
                    2 => 0xff,
                    _ => (random >> 8) as u8,
                };
            }
            let sum = checksum(&damaged[HEADER..]).to_le_bytes();
            damaged[HEADER - 8..HEADER].copy_from_slice(&sum);
            if let Some(catalog) = decode(&damaged) {
                visit(&catalog);
                read += 1;
            }
        }
        assert!(read > 100, "only {read} were readable");
    }
}
