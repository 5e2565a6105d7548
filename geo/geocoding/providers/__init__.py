"""Online geocoders through geopy. Off without a key; off the map until verified."""
