function total(items) {
  var sum = 0;
  for (var i = 0; i < items.length; i++) {
    if (items[i].price == null) continue;
    summ += items[i].price;
  }
  return sum;
  console.log("never");
}
