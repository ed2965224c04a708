using System.Reflection;

namespace SocketIoSharp.PublicApi.Tests;

/// <summary>Writes types as C# does, with the nullable annotations that reflection can tell.</summary>
internal static class TypeNames
{
    private const byte NotAnnotated = 1;
    private const byte Annotated = 2;

    private static readonly Dictionary<Type, string> s_keywords = new()
    {
        [typeof(void)] = "void",
        [typeof(bool)] = "bool",
        [typeof(byte)] = "byte",
        [typeof(sbyte)] = "sbyte",
        [typeof(short)] = "short",
        [typeof(ushort)] = "ushort",
        [typeof(int)] = "int",
        [typeof(uint)] = "uint",
        [typeof(long)] = "long",
        [typeof(ulong)] = "ulong",
        [typeof(float)] = "float",
        [typeof(double)] = "double",
        [typeof(decimal)] = "decimal",
        [typeof(char)] = "char",
        [typeof(string)] = "string",
        [typeof(object)] = "object",
        [typeof(nint)] = "nint",
        [typeof(nuint)] = "nuint",
    };

    /// <summary>The whole name, namespace included. Our own namespaces are left out: they say nothing here.</summary>
    public static string Of(Type type, NullabilityInfo? nullability = null)
    {
        if (type.IsByRef)
        {
            return Of(type.GetElementType()!, nullability);
        }

        if (type.IsPointer)
        {
            return Of(type.GetElementType()!) + "*";
        }

        if (Nullable.GetUnderlyingType(type) is { } underlying)
        {
            return Of(underlying) + "?";
        }

        var name = type.IsArray
            ? $"{Of(type.GetElementType()!, nullability?.ElementType)}[{new string(',', type.GetArrayRank() - 1)}]"
            : NameWithArguments(type, nullability);
        // An unconstrained T reads as nullable whether or not it says so: see OfPlace.
        var isAnnotated = nullability?.ReadState == NullabilityState.Nullable && !type.IsValueType && !type.IsGenericParameter;
        return isAnnotated ? name + "?" : name;
    }

    /// <summary>The type of a parameter, result, property or field.</summary>
    public static string OfPlace(Type type, NullabilityInfo nullability, IEnumerable<CustomAttributeData> attributes, MemberInfo member)
    {
        var bare = type.IsByRef ? type.GetElementType()! : type;
        return Of(type, nullability) + (bare.IsGenericParameter && NullableFlag(attributes, member) == Annotated ? "?" : "");
    }

    /// <summary>The name of a declaration: `Outer.Inner&lt;in T&gt;`, without the namespace.</summary>
    public static string OfDeclaration(Type type)
    {
        var outer = type.DeclaringType is { } declaring ? OfDeclaration(declaring) + "." : "";
        var own = type.GetGenericArguments().Skip(type.DeclaringType?.GetGenericArguments().Length ?? 0).Select(Parameter).ToList();
        return outer + WithoutArity(type.Name) + (own.Count > 0 ? $"<{string.Join(", ", own)}>" : "");
    }

    public static string ConstraintsOf(IEnumerable<Type> genericParameters) =>
        string.Concat(genericParameters.Select(ConstraintsOf));

    private static string ConstraintsOf(Type parameter)
    {
        var flags = parameter.GenericParameterAttributes;
        var constraints = new List<string>();
        if (flags.HasFlag(GenericParameterAttributes.NotNullableValueTypeConstraint))
        {
            constraints.Add("struct");
        }
        else if (flags.HasFlag(GenericParameterAttributes.ReferenceTypeConstraint))
        {
            constraints.Add("class" + (NullableFlagOf(parameter) == Annotated ? "?" : ""));
        }
        else if (NullableFlagOf(parameter) == NotAnnotated && parameter.GetGenericParameterConstraints().Length == 0)
        {
            constraints.Add("notnull");
        }

        constraints.AddRange(parameter.GetGenericParameterConstraints().Where(type => type != typeof(ValueType)).Select(type => Of(type)).Order(StringComparer.Ordinal));
        if (flags.HasFlag(GenericParameterAttributes.DefaultConstructorConstraint) && !flags.HasFlag(GenericParameterAttributes.NotNullableValueTypeConstraint))
        {
            constraints.Add("new()");
        }

        if (flags.HasFlag(GenericParameterAttributes.AllowByRefLike))
        {
            constraints.Add("allows ref struct");
        }

        return constraints.Count > 0 ? $" where {parameter.Name} : {string.Join(", ", constraints)}" : "";
    }

    private static byte NullableFlagOf(Type parameter) =>
        NullableFlag(parameter.CustomAttributes, (MemberInfo?)parameter.DeclaringMethod ?? parameter.DeclaringType!);

    // The compiler leaves the attribute out where it equals the default that the member, or a type around it, sets for all its parts.
    private static byte NullableFlag(IEnumerable<CustomAttributeData> attributes, MemberInfo member)
    {
        if (attributes.FirstOrDefault(data => data.AttributeType.Name == "NullableAttribute") is { } own)
        {
            return own.ConstructorArguments[0].Value switch
            {
                byte flag => flag,
                IReadOnlyList<CustomAttributeTypedArgument> { Count: > 0 } flags => (byte)flags[0].Value!,
                _ => 0,
            };
        }

        for (var around = member; around is not null; around = around.DeclaringType)
        {
            if (around.CustomAttributes.FirstOrDefault(data => data.AttributeType.Name == "NullableContextAttribute") is { } context)
            {
                return (byte)context.ConstructorArguments[0].Value!;
            }
        }

        return 0;
    }

    private static string Parameter(Type parameter)
    {
        var variance = parameter.GenericParameterAttributes & GenericParameterAttributes.VarianceMask;
        var word = variance switch
        {
            GenericParameterAttributes.Covariant => "out ",
            GenericParameterAttributes.Contravariant => "in ",
            _ => "",
        };
        return word + parameter.Name;
    }

    private static string NameWithArguments(Type type, NullabilityInfo? nullability)
    {
        if (type.IsGenericParameter)
        {
            return type.Name;
        }

        if (s_keywords.TryGetValue(type, out var keyword))
        {
            return keyword;
        }

        // Reflection gives a nested type all the arguments of its outer types as well; each level takes its own.
        var arguments = type.GetGenericArguments().Select((argument, index) =>
            Of(argument, index < nullability?.GenericTypeArguments.Length ? nullability.GenericTypeArguments[index] : null)).ToList();
        var levels = new Stack<Type>();
        for (var level = type; level is not null; level = level.DeclaringType)
        {
            levels.Push(level);
        }

        var taken = 0;
        var names = levels.Select(level =>
        {
            var upTo = level.GetGenericArguments().Length;
            var own = arguments[taken..upTo];
            taken = upTo;
            return WithoutArity(level.Name) + (own.Count > 0 ? $"<{string.Join(", ", own)}>" : "");
        });
        var isOurs = type.Namespace is { } name && (name == "SocketIoSharp" || name.StartsWith("SocketIoSharp.", StringComparison.Ordinal));
        return (isOurs || string.IsNullOrEmpty(type.Namespace) ? "" : type.Namespace + ".") + string.Join('.', names);
    }

    private static string WithoutArity(string name) => name.Split('`')[0];
}
