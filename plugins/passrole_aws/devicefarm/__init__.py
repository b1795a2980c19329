"""Device Farm: tests on real devices."""
