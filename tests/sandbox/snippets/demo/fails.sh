echo "why it failed"
exit 4
