interface Item { name: string; price: number }

function total(items: Item[]): number {
  let sum: number = "0";
  for (const item of items) sum += item.cost;
  return sum
}

total([{ name: 1, price: 2 }]);
