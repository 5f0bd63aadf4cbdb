"""What tests of several packages share: people of the household, boxes with processes, looks at pages."""
