package cache

import "testing"

func TestCache(t *testing.T) {}
