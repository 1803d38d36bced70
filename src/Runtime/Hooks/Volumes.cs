namespace GpuContainers.Runtime.Hooks;

/// <summary>What a hook leaves as it is, because it lies on a volume or another mount that is not the container's own: told once a run (HK-147).</summary>
internal sealed class Volumes
{
    private bool _told;

    /// <summary>Does what writes to the container, or leaves it.</summary>
    /// <returns>Whether it was done.</returns>
    internal bool Write(Action write)
    {
        try
        {
            write();
            return true;
        }
        catch (ForeignMountException refused)
        {
            Leave(refused.Path);
            return false;
        }
    }

    /// <summary>Tells of something that is left.</summary>
    internal void Leave(string path)
    {
        if (!_told)
        {
            Log.Warning(
                $"leaving {path} in the container as it is, and what else is there: it is on a volume, or on another mount that is not the container's own");
        }
        _told = true;
    }
}
