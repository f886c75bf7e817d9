//! Shops that somebody wants to open, and pictures of papers that don't exist.

use std::collections::BTreeMap;

/// What an applicant types. Everything else is the example that the item itself gives.
#[derive(Clone, Debug)]
pub struct Shop {
    pub name: String,
    pub address: String,
    pub owner: String,
    pub owner_id: String,
    /// Entries that differ from the example.
    pub also: BTreeMap<String, String>,
}

impl Shop {
    /// The `n`th shop of 李明, each at an address of its own.
    pub fn number(n: u32) -> Shop {
        Shop {
            name: format!("城中区李明便利店{n}分店"),
            address: format!("演示市城中区桥城街道解放路{}号", 100 + n),
            owner: "李明".to_owned(),
            owner_id: "990101198704122151".to_owned(),
            also: BTreeMap::new(),
        }
    }

    pub fn with(mut self, field: &str, value: &str) -> Shop {
        self.also.insert(field.to_owned(), value.to_owned());
        self
    }

    /// All entries of the form.
    pub fn entries(&self) -> BTreeMap<String, String> {
        let catalogue = catalog::Catalogue::embedded().expect("the items are in order");
        let item = catalogue.item("retail-licence").expect("the retail licence");
        let mut entries = item.business("xinban").expect("新办").form.example();
        let own = [
            ("business_name", &self.name),
            ("premises_address", &self.address),
            ("principal_name", &self.owner),
            ("principal_id", &self.owner_id),
        ];
        entries.extend(own.map(|(key, value)| (key.to_owned(), value.clone())));
        entries.extend(self.also.clone());
        entries
    }
}

macro_rules! read {
    ($file:literal) => {
        include_bytes!(concat!(env!("CARGO_MANIFEST_DIR"), "/../../places/9901/pictures/", $file)).as_slice()
    };
}

/// A photo of a shop.
pub const PICTURE: &[u8] = read!("front.jpg");

/// The picture of an invented paper for a material.
pub fn picture(material: &str) -> &'static [u8] {
    match material {
        "business_licence" => read!("business_licence.jpg"),
        "principal_id_card" => read!("id_front.jpg"),
        "premises_proof" => read!("lease.jpg"),
        _ => PICTURE,
    }
}
