namespace GpuContainers.Ctk.Doctor.Facts;

/// <summary>A user of the machine.</summary>
/// <param name="Name">The name.</param>
/// <param name="Id">The number, as text.</param>
/// <param name="Home">The home folder.</param>
internal sealed record HostUser(string Name, string Id, string Home)
{
    /// <summary>The user of a number; one without an entry is called by the number.</summary>
    public static HostUser Of(Machine machine, string id)
    {
        foreach (string line in (machine.Text("/etc/passwd") ?? "").Split('\n'))
        {
            string[] fields = line.Split(':');
            if (fields.Length > 5 && fields[2] == id)
                return new HostUser(fields[0], id, fields[5]);
        }
        return new HostUser(id, id, "/home/" + id);
    }

    /// <summary>The users, root left out, who have a socket of this name in their runtime folder.</summary>
    public static IEnumerable<HostUser> WithSocket(Machine machine, string socket) =>
        machine.Names("/run/user").Where(id => id != "0" && machine.Has($"/run/user/{id}/{socket}")).Select(id => Of(machine, id));
}
