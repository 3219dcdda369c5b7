"""Deployment: the files of platform/deploy and the bundle, tried for real."""
