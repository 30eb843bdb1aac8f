-- Product lines: lowest price and price range in cents, share returned, share of margin, weight in the choice of lines.
SELECT *
FROM (
    VALUES
    (1, 'Clothing', 1500, 4.5, 0.09, 0.55, 20, ['Shirt', 'Jacket', 'Scarf', 'Trousers', 'Dress', 'Pullover']),
    (2, 'Shoes', 3500, 3.5, 0.08, 0.50, 10, ['Sneaker', 'Boot', 'Sandal', 'Loafer', 'Slipper', 'Runner']),
    (3, 'Home', 900, 9.0, 0.03, 0.48, 18, ['Lamp', 'Cushion', 'Vase', 'Carpet', 'Mirror', 'Blanket']),
    (4, 'Kitchen', 600, 10.0, 0.02, 0.42, 16, ['Pan', 'Knife', 'Bowl', 'Kettle', 'Mug', 'Board']),
    (5, 'Garden', 500, 12.0, 0.02, 0.40, 9, ['Spade', 'Planter', 'Hose', 'Bench', 'Lantern', 'Seeds']),
    (6, 'Toys', 700, 6.0, 0.03, 0.38, 11, ['Puzzle', 'Kite', 'Train', 'Doll', 'Blocks', 'Game']),
    (7, 'Books', 500, 5.0, 0.01, 0.30, 10, ['Atlas', 'Novel', 'Cookbook', 'Guide', 'Album', 'Diary']),
    (8, 'Office', 300, 15.0, 0.02, 0.35, 6, ['Pen', 'Notebook', 'Folder', 'Chair', 'Desk lamp', 'Stapler'])
) AS lines (line, product_line, lowest, spread, returned, margin, weight, nouns)
ORDER BY line
