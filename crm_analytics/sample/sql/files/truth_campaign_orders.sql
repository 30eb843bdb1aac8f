-- Truth: the orders that a campaign caused.
SELECT order_id('W', order_no) AS order_id, campaign_id, customer_id(person) AS customer_id
FROM placed INNER JOIN waves USING (campaign)
ORDER BY order_no
