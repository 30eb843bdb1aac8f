-- Countries with invented residents: cities, first names by gender, family names; `latin` where the script is another.
SELECT *
FROM (
    VALUES
    ('ES', '+346', 24, ['Madrid', 'Sevilla', 'Málaga', 'Logroño'], ['Madrid', 'Andalucía', 'Andalucía', 'La Rioja'], ['28', '41', '29', '26'],
        ['Lucía', 'María', 'Begoña', 'Inés', 'Sofía', 'Carmen'], ['Hugo', 'José', 'Íñigo', 'Álvaro', 'Martín', 'Pablo'],
        ['García', 'Núñez', 'Ibáñez', 'López', 'Muñoz', 'Castro', 'Peña', 'Rey', 'Sáez', 'Vidal'], [], [], [], []),
    ('DE', '+4917', 20, ['Köln', 'München', 'Leipzig', 'Lübeck'], ['Nordrhein-Westfalen', 'Bayern', 'Sachsen', 'Schleswig-Holstein'], ['50', '80', '04', '23'],
        ['Jörgine', 'Käthe', 'Anna', 'Greta', 'Lena', 'Ulrike'], ['Jürgen', 'Björn', 'Lukas', 'Götz', 'Karl', 'Tim'],
        ['Müller', 'Groß', 'Schäfer', 'Vogel', 'Weiß', 'Köhler', 'Braun', 'Franke', 'Krüger', 'Jäger'], [], [], [], []),
    ('FR', '+336', 18, ['Lyon', 'Nîmes', 'Besançon', 'Paris'], ['Rhône', 'Gard', 'Doubs', 'Paris'], ['69', '30', '25', '75'],
        ['Élodie', 'Chloé', 'Anaïs', 'Zoé', 'Hélène', 'Manon'], ['François', 'Léo', 'Noël', 'Rémi', 'Luc', 'Gaël'],
        ['Lefèvre', 'Dubois', 'Garçon', 'Roussel', 'Béranger', 'Petit', 'Noé', 'Lemaître', 'Faure', 'Chênard'], [], [], [], []),
    ('GB', '+447', 14, ['Leeds', 'Bristol', 'Cardiff', 'Perth'], ['Yorkshire', 'Avon', 'Wales', 'Scotland'], ['LS', 'BS', 'CF', 'PH'],
        ['Amelia', 'Zoë', 'Siân', 'Grace', 'Olivia', 'Freya'], ['Oliver', 'Rhys', 'Seán', 'Harry', 'George', 'Ewan'],
        ['Smith', 'O''Brien', 'Taylor', 'Marlowe', 'Wright', 'Evans', 'Hughes', 'Fenwick', 'Ashby', 'Brontë'], [], [], [], []),
    ('PT', '+3519', 8, ['Lisboa', 'Évora', 'Porto', 'Guimarães'], ['Lisboa', 'Alentejo', 'Norte', 'Norte'], ['10', '70', '40', '48'],
        ['Conceição', 'Inês', 'Beatriz', 'Mafalda', 'Leonor', 'Flávia'], ['João', 'Tomás', 'Estêvão', 'Rui', 'Nuno', 'Gonçalo'],
        ['Gonçalves', 'Silva', 'Magalhães', 'Araújo', 'Pires', 'Brandão', 'Lobão', 'Rocha', 'Simões', 'Teles'], [], [], [], []),
    ('PL', '+485', 8, ['Łódź', 'Kraków', 'Gdańsk', 'Poznań'], ['Łódzkie', 'Małopolskie', 'Pomorskie', 'Wielkopolskie'], ['90', '30', '80', '60'],
        ['Małgorzata', 'Zofia', 'Święta', 'Hanna', 'Julia', 'Żaneta'], ['Łukasz', 'Stanisław', 'Jan', 'Paweł', 'Michał', 'Filip'],
        ['Nowak', 'Wójcik', 'Zając', 'Kaczmarek', 'Dąbek', 'Król', 'Wróbel', 'Pawlak', 'Sikora', 'Żak'], [], [], [], []),
    ('BG', '+3598', 8, ['София', 'Пловдив', 'Варна', 'Бургас'], ['София', 'Пловдив', 'Варна', 'Бургас'], ['10', '40', '90', '80'],
        ['Мария', 'Елена', 'Иванка', 'Десислава', 'Радка', 'Яна'], ['Георги', 'Иван', 'Димитър', 'Петър', 'Стоян', 'Борис'],
        ['Вълков', 'Петров', 'Димов', 'Стоев', 'Колев', 'Ангелов', 'Жеков', 'Цанев', 'Яков', 'Борисов'],
        ['Maria', 'Elena', 'Ivanka', 'Desislava', 'Radka', 'Yana'], ['Georgi', 'Ivan', 'Dimitar', 'Petar', 'Stoyan', 'Boris'],
        ['Valkov', 'Petrov', 'Dimov', 'Stoev', 'Kolev', 'Angelov', 'Zhekov', 'Tsanev', 'Yakov', 'Borisov'],
        ['Sofia', 'Plovdiv', 'Varna', 'Burgas'])
) AS places (country, dial, weight, cities, regions, prefixes, women, men, families, latin_women, latin_men, latin_families, latin_cities)
ORDER BY country
