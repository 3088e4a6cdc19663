//! A catalog as bytes, for the cache on the disk: what is flat in memory is flat there, so that
//! reading it takes a few milliseconds where JSON takes a second.
//!
//! Whatever the bytes are, `decode` gives a catalog that every reader can use, or nothing.

mod stream;

use super::*;
use crate::sql::dialect;
use std::collections::BTreeMap;
use std::io;
use stream::{In, Out};

const MAGIC: &[u8; 8] = b"sqwcat\r\n";
/// Grows with each change of the format; other versions are not read.
const VERSION: u32 = 4;
/// Magic and version.
const HEADER: usize = 12;
/// The checksum at the end.
const TRAILER: usize = 8;

/// Writes the catalog, with a checksum behind it.
pub fn write(catalog: &Catalog, to: &mut dyn io::Write) -> io::Result<()> {
    to.write_all(MAGIC)?;
    to.write_all(&VERSION.to_le_bytes())?;
    let mut out = Out::new(to);
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
    catalog.setting_values.put(&mut out);
    catalog.schemas.put(&mut out);
    let (text, ends) = catalog.strings.parts();
    put_text(text, &mut out);
    put_list(ends, &mut out);
    catalog.relations.put(&mut out);
    catalog.columns.put(&mut out);
    catalog.extras.put(&mut out);
    catalog.lists.put(&mut out);
    catalog.indexes.put(&mut out);
    catalog.foreign_keys.put(&mut out);
    catalog.objects.put(&mut out);
    out.finish()
}

/// Reads a catalog that takes `len` bytes; `None` if they are of another version, cut off, or
/// damaged.
pub fn read(from: &mut dyn io::Read, len: u64) -> Option<Catalog> {
    let mut header = [0; HEADER];
    from.read_exact(&mut header).ok()?;
    let (magic, version) = header.split_at(MAGIC.len());
    if magic != MAGIC || version != VERSION.to_le_bytes() {
        return None;
    }
    let left = len.checked_sub((HEADER + TRAILER) as u64)?;
    let mut body = In::new(from, left);
    let mut catalog = read_body(&mut body)?;
    if body.rest() > 0 {
        return None;
    }
    let sum = body.sum();
    let mut trailer = [0; TRAILER];
    from.read_exact(&mut trailer).ok()?;
    if u64::from_le_bytes(trailer) != sum || !catalog.is_sound() {
        return None;
    }
    catalog.prepare();
    Some(catalog)
}

/// The catalog as bytes.
pub fn encode(catalog: &Catalog) -> Vec<u8> {
    let mut bytes = Vec::new();
    // Writing to memory does not fail.
    let _ = write(catalog, &mut bytes);
    bytes
}

/// The catalog of the bytes.
pub fn decode(mut bytes: &[u8]) -> Option<Catalog> {
    let len = bytes.len() as u64;
    let catalog = read(&mut bytes, len)?;
    bytes.is_empty().then_some(catalog)
}

fn read_body(from: &mut In<'_>) -> Option<Catalog> {
    Some(Catalog {
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
        missing: Vec::new(),
        setting_values: Pack::take(from)?,
        schemas: Pack::take(from)?,
        strings: Arc::new(Strings::from_parts(Pack::take(from)?, Pack::take(from)?)?),
        relations: Pack::take(from)?,
        columns: Pack::take(from)?,
        extras: Pack::take(from)?,
        lists: Pack::take(from)?,
        indexes: Pack::take(from)?,
        foreign_keys: Pack::take(from)?,
        objects: Pack::take(from)?,
        lookup: Arc::default(),
    })
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
            && (self.objects.iter()).all(|o| known(&[o.schema, o.name, o.relation]))
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

/// A value as bytes, little end first.
trait Pack: Sized {
    fn put(&self, out: &mut Out<'_>);
    /// Takes the value off the front; `None` where it is cut off or makes no sense.
    fn take(from: &mut In<'_>) -> Option<Self>;
}

fn put_text(text: &str, out: &mut Out<'_>) {
    (text.len() as u64).put(out);
    out.put(text.as_bytes());
}

fn put_list<T: Pack>(items: &[T], out: &mut Out<'_>) {
    (items.len() as u64).put(out);
    items.iter().for_each(|item| item.put(out));
}

macro_rules! numbers {
    ($($type:ty),*) => {$(
        impl Pack for $type {
            fn put(&self, out: &mut Out<'_>) {
                out.put(&self.to_le_bytes());
            }

            fn take(from: &mut In<'_>) -> Option<Self> {
                let mut bytes = [0; size_of::<$type>()];
                from.take(&mut bytes)?;
                Some(<$type>::from_le_bytes(bytes))
            }
        }
    )*};
}

numbers!(u8, u16, u32, u64);

impl Pack for bool {
    fn put(&self, out: &mut Out<'_>) {
        u8::from(*self).put(out);
    }

    fn take(from: &mut In<'_>) -> Option<Self> {
        Some(u8::take(from)? != 0)
    }
}

impl Pack for String {
    fn put(&self, out: &mut Out<'_>) {
        put_text(self, out);
    }

    fn take(from: &mut In<'_>) -> Option<Self> {
        let len = u64::take(from)?;
        if len > from.rest() {
            return None;
        }
        let mut bytes = vec![0; usize::try_from(len).ok()?];
        from.take(&mut bytes)?;
        String::from_utf8(bytes).ok()
    }
}

impl<T: Pack> Pack for Vec<T> {
    fn put(&self, out: &mut Out<'_>) {
        put_list(self, out);
    }

    fn take(from: &mut In<'_>) -> Option<Self> {
        // An item takes about as much here as in memory: a wrong number cannot ask for much more
        // than there is.
        let len = usize::try_from(u64::take(from)?).ok()?;
        let fits = usize::try_from(from.rest()).ok()? * 2 / size_of::<T>().max(1);
        let mut items = Vec::with_capacity(len.min(fits));
        for _ in 0..len {
            items.push(T::take(from)?);
        }
        items.shrink_to_fit();
        Some(items)
    }
}

/// The keys, then the values.
impl<K: Pack + Ord + Clone, V: Pack + Clone> Pack for BTreeMap<K, V> {
    fn put(&self, out: &mut Out<'_>) {
        self.keys().cloned().collect::<Vec<K>>().put(out);
        self.values().cloned().collect::<Vec<V>>().put(out);
    }

    fn take(from: &mut In<'_>) -> Option<Self> {
        let (keys, values) = (<Vec<K>>::take(from)?, <Vec<V>>::take(from)?);
        (keys.len() == values.len()).then(|| keys.into_iter().zip(values).collect())
    }
}

impl<T: Pack> Pack for Arc<T> {
    fn put(&self, out: &mut Out<'_>) {
        T::put(self, out);
    }

    fn take(from: &mut In<'_>) -> Option<Self> {
        T::take(from).map(Arc::new)
    }
}

impl<T: Pack> Pack for Option<T> {
    fn put(&self, out: &mut Out<'_>) {
        self.is_some().put(out);
        if let Some(value) = self {
            value.put(out);
        }
    }

    fn take(from: &mut In<'_>) -> Option<Self> {
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
            fn put(&self, out: &mut Out<'_>) {
                (*self as u8).put(out);
            }

            fn take(from: &mut In<'_>) -> Option<Self> {
                let all = [$($type::$variant),*];
                all.get(usize::from(u8::take(from)?)).copied()
            }
        }
    };
}

choices!(RelationKind: Table, View, MaterializedView, ForeignTable, PartitionedTable, SystemTable);
choices!(RoutineKind: Function, Aggregate, Window, Procedure);
choices!(ArgumentMode: In, Out, InOut, Variadic, Table);

impl Pack for ObjectKind {
    fn put(&self, out: &mut Out<'_>) {
        (*self as u8).put(out);
    }

    fn take(from: &mut In<'_>) -> Option<Self> {
        let at = usize::from(u8::take(from)?);
        ObjectKind::ALL.get(at).copied()
    }
}

/// Structs field by field.
macro_rules! fields {
    ($type:ident: $($field:tt),*) => {
        impl Pack for $type {
            fn put(&self, out: &mut Out<'_>) {
                $(self.$field.put(out);)*
            }

            fn take(from: &mut In<'_>) -> Option<Self> {
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
fields!(ObjectData: kind, schema, name, relation);
fields!(Schema: name, routines, types, sequences, extensions);
fields!(Routine: name, kind, returns, returns_set, arguments, extension, comment);
fields!(Argument: name, type_name, mode, default);
fields!(TypeDef: name, labels, fields, extension);
fields!(Field: name, type_name);

#[cfg(test)]
mod tests {
    use super::stream::{CHUNK, Sum};
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

    #[test]
    fn more_than_a_chunk_comes_back_too() {
        let mut builder = CatalogBuilder::new(&dialect::POSTGRES);
        for n in 0..9_000 {
            let name = format!("a_name_of_some_length_{n}");
            builder.relation(RelationRow {
                schema: "s",
                name: &name,
                ..RelationRow::default()
            });
        }
        let catalog = builder.finish(1);
        let bytes = encode(&catalog);
        assert!(bytes.len() > 3 * CHUNK);
        assert_eq!(json(&decode(&bytes).expect("a catalog")), json(&catalog));
        let mut damaged = bytes.clone();
        damaged[2 * CHUNK] ^= 1;
        assert!(decode(&damaged).is_none());
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
                let body = HEADER..bytes.len() - TRAILER;
                let at = body.start + (random >> 33) as usize % body.len();
                damaged[at] = match (random >> 58) & 3 {
                    0 => damaged[at].wrapping_add(1),
                    1 => damaged[at].wrapping_sub(1),
                    2 => 0xff,
                    _ => (random >> 8) as u8,
                };
            }
            let end = damaged.len() - TRAILER;
            let mut sum = Sum::default();
            sum.add(&damaged[HEADER..end]);
            damaged[end..].copy_from_slice(&sum.end().to_le_bytes());
            if let Some(catalog) = decode(&damaged) {
                visit(&catalog);
                read += 1;
            }
        }
        assert!(read > 100, "only {read} were readable");
    }
}
