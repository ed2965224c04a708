namespace SocketIoSharp;

/// <summary>What was published while this server was not subscribed.</summary>
internal sealed partial class RedisAdapter
{
    private void OnStateChanged(ClassicRecoveryLog log, bool isUp)
    {
        DeliverNothingWhile(() =>
        {
            if (!isUp)
            {
                log.IsCatchingUp = true;
                log.Outages++;
                if (log.Own.Count > 0)
                {
                    log.Unlogged.Add();
                }

                log.Own.FailAll();
            }
        });
        if (isUp)
        {
            _ = CatchUpAsync(log, log.Outages);
        }
    }

    /// <summary>Delivers what was published while this server was not subscribed.</summary>
    private async Task CatchUpAsync(ClassicRecoveryLog log, int outage)
    {
        try
        {
            while (Bus.State.IsUp)
            {
                var passedOver = StreamId.Start;
                DeliverNothingWhile(() => passedOver = log.PassedOver);
                var page = StreamEntry.ReadAll(await Bus.ExecuteAsync(
                    "XRANGE", new RedisArgument[] { log.Stream, log.Delivered.ToString(), "+", "COUNT", PageSize }, CancellationToken.None));
                var isDone = false;
                DeliverNothingWhile(() =>
                {
                    if (log.Outages != outage)
                    {
                        // Redis has gone once more: what this page shows is not all that was missed.
                        isDone = true;
                        return;
                    }

                    foreach (var entry in page)
                    {
                        if (entry.Id > log.Delivered)
                        {
                            CatchUp(log, entry);
                        }
                    }

                    // What was passed over before the last page was asked for is on it, or is not in the log any more.
                    isDone = page.Count < PageSize && (log.Delivered >= log.PassedOver || log.PassedOver == passedOver);
                    log.IsCatchingUp = !isDone;
                });
                log.Recovery.OnAdvanced();
                if (isDone)
                {
                    break;
                }
            }

            await log.Unlogged.MarkAsync();
        }
        catch (RedisUnavailableException)
        {
            // Gone again; it begins anew when Redis is back.
        }
        catch (Exception exception)
        {
            Log.CatchUpFailed(Logger, exception, Name);
            DeliverNothingWhile(() => log.IsCatchingUp &= log.Outages != outage);
        }
    }

    private void CatchUp(ClassicRecoveryLog log, StreamEntry entry)
    {
        log.Newest = entry.Id;
        if (ReadHead(entry) is { } head && TryDecodeLogged(head, entry.Id, out var message))
        {
            DeliverLogged(log, message, head.Span, entry.Id);
        }
        else
        {
            log.Delivered = entry.Id;
        }
    }
}
