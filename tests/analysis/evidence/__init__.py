"""What salient parts hold, beside their controls."""
