"""Who pays for what, as the agreement says it, written by hand: clause by clause, cell by cell.

A row is a tier and a kind of work on a device that the contract lists. The columns are the
product's extended warranty (none, not yet begun, running, over), each in and out of normal business
hours. A cell names the clause that pays, or the rate at which the work is billable: `normal` hour,
`after` hours, `trip`.

Why, by clause (agreement.md):

- no contract: "work outside both lists is still work: it is logged, and billable".
- REMOTE is Tier 1's alone, WIFI Tier 2's alone. FIRMWARE is Tier 1's alone.
- PROGRAM, both tiers: "remote programming changes during normal business hours", so not outside.
- RESTORE, both tiers, "as needed": at any hour.
- TROUBLE, Tier 2: no additional labour cost for troubleshooting, with or without a warranty.
- SWAP, Tier 2: removing and re-installing "during the extended warranty period" only.
- INSPECT, Tier 2: annual inspections at no additional cost (the first of the year here).
- training and installation are in neither list; a trip is no labour, and no clause pays for it.
"""

TABLE = """
                       none              not_yet           active            expired
tier  work             in       out      in       out      in       out      in       out
none  remote_support   normal   after    normal   after    normal   after    normal   after
none  wifi_support     normal   after    normal   after    normal   after    normal   after
none  troubleshooting  normal   after    normal   after    normal   after    normal   after
none  reinstallation   normal   after    normal   after    normal   after    normal   after
none  programming      normal   after    normal   after    normal   after    normal   after
none  restore          normal   after    normal   after    normal   after    normal   after
none  firmware         normal   after    normal   after    normal   after    normal   after
none  inspection       normal   after    normal   after    normal   after    normal   after
none  training         normal   after    normal   after    normal   after    normal   after
none  installation     normal   after    normal   after    normal   after    normal   after
none  trip             trip     trip     trip     trip     trip     trip     trip     trip
TIER1 remote_support   REMOTE   REMOTE   REMOTE   REMOTE   REMOTE   REMOTE   REMOTE   REMOTE
TIER1 wifi_support     normal   after    normal   after    normal   after    normal   after
TIER1 troubleshooting  normal   after    normal   after    normal   after    normal   after
TIER1 reinstallation   normal   after    normal   after    normal   after    normal   after
TIER1 programming      PROGRAM  after    PROGRAM  after    PROGRAM  after    PROGRAM  after
TIER1 restore          RESTORE  RESTORE  RESTORE  RESTORE  RESTORE  RESTORE  RESTORE  RESTORE
TIER1 firmware         FIRMWARE FIRMWARE FIRMWARE FIRMWARE FIRMWARE FIRMWARE FIRMWARE FIRMWARE
TIER1 inspection       normal   after    normal   after    normal   after    normal   after
TIER1 training         normal   after    normal   after    normal   after    normal   after
TIER1 installation     normal   after    normal   after    normal   after    normal   after
TIER1 trip             trip     trip     trip     trip     trip     trip     trip     trip
TIER2 remote_support   normal   after    normal   after    normal   after    normal   after
TIER2 wifi_support     WIFI     WIFI     WIFI     WIFI     WIFI     WIFI     WIFI     WIFI
TIER2 troubleshooting  TROUBLE  TROUBLE  TROUBLE  TROUBLE  TROUBLE  TROUBLE  TROUBLE  TROUBLE
TIER2 reinstallation   normal   after    normal   after    SWAP     SWAP     normal   after
TIER2 programming      PROGRAM  after    PROGRAM  after    PROGRAM  after    PROGRAM  after
TIER2 restore          RESTORE  RESTORE  RESTORE  RESTORE  RESTORE  RESTORE  RESTORE  RESTORE
TIER2 firmware         normal   after    normal   after    normal   after    normal   after
TIER2 inspection       INSPECT  INSPECT  INSPECT  INSPECT  INSPECT  INSPECT  INSPECT  INSPECT
TIER2 training         normal   after    normal   after    normal   after    normal   after
TIER2 installation     normal   after    normal   after    normal   after    normal   after
TIER2 trip             trip     trip     trip     trip     trip     trip     trip     trip
"""

# Further cells: what the work is done on, what a trip is for, inspections already done this year.
# tier, work, equipment, warranty, errand, inspections before, and who pays in business hours.
FURTHER = """
TIER2    troubleshooting  unnamed  none    -                0  TROUBLE  a system of the company
TIER2    troubleshooting  foreign  none    -                0  normal   products that nobody covers
TIER2    reinstallation   unnamed  active  -                0  normal   SWAP is for listed products
TIER2    reinstallation   foreign  active  -                0  normal   products that nobody covers
TIER1    remote_support   unnamed  none    -                0  REMOTE   help needs no product
TIER1    remote_support   foreign  none    -                0  normal   products that nobody covers
TIER1    programming      unnamed  none    -                0  PROGRAM  a change needs no product
TIER2    inspection       listed   active  -                1  normal   INSPECT is annual
TIER2    inspection       unnamed  none    -                0  INSPECT  the systems as a whole
TIER2    trip             listed   none    inspection       0  INSPECT  "at no additional cost"
TIER2    trip             listed   none    inspection       1  trip     the second of the year
TIER2    trip             listed   active  reinstallation   0  trip     SWAP is about labour
TIER2    trip             listed   none    troubleshooting  0  trip     TROUBLE is about labour
TIER1    trip             listed   none    inspection       0  trip     Tier 1 has no INSPECT
none     trip             listed   none    inspection       0  trip     no contract
"""
